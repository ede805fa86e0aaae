import ChatProtocol
import ConsoleModel
import LiveLink

/// The part of a transcript that a pane of some height shows.
struct TranscriptWindow {
  /// The lines, top to bottom; fewer than the height when there are no more.
  private(set) var places: [Transcript.Place]
  /// Where the window came to rest.
  let scroll: ScrollPosition

  /// Finds the lines to show. Walks only over what it shows and what lies between it and the anchor.
  init(_ transcript: Transcript, scroll: ScrollPosition, height: Int, cache: inout LayoutCache) {
    guard transcript.count > 0, height > 0 else {
      places = []
      self.scroll = scroll
      return
    }
    let walker = Walker(transcript: transcript)
    var place: Transcript.Place?
    switch scroll {
    case .bottom: place = walker.last(&cache)
    case .top: place = nil
    case .held(let anchor, let linesUp): place = walker.resolve(anchor: anchor, linesUp: linesUp, &cache)
    }

    var upwards: [Transcript.Place] = []
    var next = place
    while upwards.count < height, let current = next {
      upwards.append(current)
      next = walker.above(current, &cache)
    }
    places = upwards.reversed()
    // The top was reached: what room is left shows what comes below.
    var below = places.last.map { walker.below($0, &cache) } ?? Transcript.Place(item: 0, line: 0)
    while places.count < height, let current = below {
      places.append(current)
      below = walker.below(current, &cache)
    }
    if let last = places.last, below != nil {
      self.scroll = walker.position(of: last, &cache)
    } else {
      self.scroll = .bottom
    }
  }
}

/// Steps through a transcript, line by line.
private struct Walker {
  let transcript: Transcript

  func last(_ cache: inout LayoutCache) -> Transcript.Place {
    let item = transcript.count - 1
    return Transcript.Place(item: item, line: transcript.height(item, &cache) - 1)
  }

  func above(_ place: Transcript.Place, _ cache: inout LayoutCache) -> Transcript.Place? {
    if place.line > 0 { return Transcript.Place(item: place.item, line: place.line - 1) }
    guard place.item > 0 else { return nil }
    return Transcript.Place(item: place.item - 1, line: transcript.height(place.item - 1, &cache) - 1)
  }

  func below(_ place: Transcript.Place, _ cache: inout LayoutCache) -> Transcript.Place? {
    if place.line + 1 < transcript.height(place.item, &cache) {
      return Transcript.Place(item: place.item, line: place.line + 1)
    }
    return place.item + 1 < transcript.count ? Transcript.Place(item: place.item + 1, line: 0) : nil
  }

  /// The place that is `linesUp` lines above an anchor's last line, held inside of the transcript.
  func resolve(anchor: MessageID?, linesUp: Int, _ cache: inout LayoutCache) -> Transcript.Place {
    var place = last(&cache)
    if let anchor {
      // The index after the anchor, so that an anchor that is gone stands for the newest one before it.
      let item = transcript.timeline.messages(through: anchor) - 1
      if item >= 0 { place = Transcript.Place(item: item, line: transcript.height(item, &cache) - 1) }
    }
    var left = linesUp
    while left > 0 {
      if left <= place.line { return Transcript.Place(item: place.item, line: place.line - left) }
      guard place.item > 0 else { return Transcript.Place(item: 0, line: 0) }
      left -= place.line + 1
      place = Transcript.Place(item: place.item - 1, line: transcript.height(place.item - 1, &cache) - 1)
    }
    while left < 0, let next = below(place, &cache) {
      place = next
      left += 1
    }
    return place
  }

  /// A place as the model holds it: relative to a stored message where it lies in one.
  func position(of place: Transcript.Place, _ cache: inout LayoutCache) -> ScrollPosition {
    if place.item < transcript.timeline.count {
      let message = transcript.timeline[transcript.timeline.startIndex + place.item]
      return .held(anchor: message.id, linesUp: transcript.height(place.item, &cache) - 1 - place.line)
    }
    let after = (place.item + 1..<transcript.count).reduce(0) { $0 + transcript.height($1, &cache) }
    return .held(anchor: nil, linesUp: after + transcript.height(place.item, &cache) - 1 - place.line)
  }
}

extension Timeline {
  /// How many messages are not newer than an id.
  fileprivate func messages(through id: MessageID) -> Int {
    messages(after: id).startIndex - startIndex
  }
}
