// The link's table: what it does at which event, in times of its own. Returns what is not as it must be.
(async () => {
  const { Link } = await import('/widget/link.js');
  const failures = [];
  const names = (actions) => actions.filter((one) => one.type !== 'alarm').map((one) => one.status ?? one.type).join(' ');
  const alarm = (actions) => actions.find((one) => one.type === 'alarm').at;
  const check = (title, is, wanted) => {
    if (JSON.stringify(is) !== JSON.stringify(wanted)) failures.push(`${title}: ${JSON.stringify(is)}, not ${JSON.stringify(wanted)}`);
  };
  const started = (random = 1) => {
    const link = new Link(() => random);
    link.handle({ type: 'start' }, 0);
    return link;
  };
  const close = (link, now, code, reason) => link.handle({ type: 'closed', code, reason }, now);
  const live = (random) => {
    const link = started(random);
    link.handle({ type: 'opened' }, 0);
    link.handle({ type: 'frame' }, 0);
    return link;
  };

  check('it begins', names(new Link(() => 1).handle({ type: 'start' }, 0)), 'connecting connect');
  check('a second start is none', names(started().handle({ type: 'start' }, 0)), '');

  const opening = started();
  check('an opened socket is no good one yet', names(opening.handle({ type: 'opened' }, 10)), 'catchUp');
  check('it is after 5 s', names(opening.handle({ type: 'alarm' }, 10 + Link.settle)), 'live');
  const talking = started();
  talking.handle({ type: 'opened' }, 0);
  check('or with a frame', names(talking.handle({ type: 'frame' }, 1)), 'live');
  check('once', names(talking.handle({ type: 'frame' }, 2)), '');
  check('silence is the end', names(talking.handle({ type: 'alarm' }, 2 + Link.silence)), 'disconnect reconnecting');
  check('not before', names(live().handle({ type: 'alarm' }, Link.silence - 1)), '');

  // Back-off with full jitter: refusals that follow the handshake do not reset it.
  const refused = started();
  const delays = [];
  let now = 0;
  for (let attempt = 0; attempt < 8; attempt += 1) {
    refused.handle({ type: 'opened' }, now);
    const actions = close(refused, now, 1006);
    delays.push(actions.find((one) => one.type === 'status')?.status);
    while (true) {
      const next = refused.handle({ type: 'alarm' }, (now += 100));
      if (names(next).includes('connect')) break;
      if (now > 1e6) break;
    }
  }
  check('it polls from the fifth failure on', delays, ['reconnecting', null, null, null, 'polling', null, null, null]);
  const times = (random) => {
    const link = started(random);
    const all = [];
    for (let attempt = 0, at = 0; attempt < 4; attempt += 1) {
      all.push(alarm(close(link, at, 1006)) - at);
      at += all.at(-1);
      link.handle({ type: 'alarm' }, at);
    }
    return all;
  };
  check('delays at most', times(1), [1000, 2000, 4000, 8000]);
  check('delays at least', times(0), [0, 0, 0, 0]);

  const polling = started();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    close(polling, 0, 1006);
    if (attempt < 4) polling.handle({ type: 'online' }, 0);
  }
  check('a poll after 3 s', names(polling.handle({ type: 'alarm' }, 3000)), 'catchUp');
  check('and again', names(polling.handle({ type: 'alarm' }, 6000)), 'catchUp');
  check('while the socket is tried', names(polling.handle({ type: 'alarm' }, 16_000)).includes('connect'), true);
  polling.handle({ type: 'opened' }, 16_100);
  check('polling goes on until the socket is good', names(polling.handle({ type: 'alarm' }, 19_100)), 'catchUp');
  check('then it is live', names(polling.handle({ type: 'frame' }, 19_200)), 'live');
  check('and polls no more', names(polling.handle({ type: 'alarm' }, 23_000)), '');

  for (const code of [1000, 1002, 4001, 4002, 4003, 4004]) {
    const link = live();
    const actions = close(link, 5, code);
    check(`${code} is the end`, [names(actions), alarm(actions), actions[0].code], ['stopped', null, code]);
    check(`${code}: the network's return changes nothing`, names(link.handle({ type: 'online' }, 6)), '');
    check(`${code}: a start does`, names(link.handle({ type: 'start' }, 6)), 'connecting connect');
  }
  for (const code of [1001, 1005, 1006, 1011, 1012, 4999]) {
    check(`${code} backs off`, alarm(close(live(0.5), 10, code)), 510);
  }
  check('4009 comes back at once', alarm(close(live(), 10, 4009)), 10);
  check('but not for ever', alarm(close(started(), 10, 4009)), 1010);
  for (const code of [4008, 1013]) {
    const link = live(0.5);
    const actions = close(link, 0, code);
    check(`${code} polls meanwhile`, names(actions), 'catchUp polling');
    link.handle({ type: 'alarm' }, 44_999);
    check(`${code} waits long`, names(link.handle({ type: 'alarm' }, 45_000)).includes('connect'), true);
    const told = live(0);
    close(told, 0, code, 'too many connections, retry after 90 s');
    check(`${code} waits as long as it is told`, names(told.handle({ type: 'alarm' }, 89_999)).includes('connect'), false);
    check(`${code} and no longer`, names(told.handle({ type: 'alarm' }, 90_000)).includes('connect'), true);
  }
  const waiting = live();
  close(waiting, 0, 1006);
  check('the network is back', names(waiting.handle({ type: 'online' }, 1)), 'connect');
  check('nothing is due after a stop', alarm(live().handle({ type: 'stop' }, 1)), null);
  return failures;
})();
