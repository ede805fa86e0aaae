// echo_beast PORT: an echo server on Boost.Beast.
//
// The documentation's asynchronous server, on one thread with a concurrency hint of 1: read a message, write it,
// read the next. A message is written as one frame (auto_fragment off), which is faster for long ones than Beast's own
// fragments of 4 KiB. permessage-deflate is at Beast's values: window 15, level 8, memLevel 4. In Boost 1.74 every
// message ends with a full flush, so that it is compressed by itself, whatever was agreed on.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <cstdlib>
#include <iostream>
#include <memory>

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
// The executor's own type, not the type-erased one: spares an indirection a call.
using Socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;

namespace {

constexpr std::size_t maximum_message_size = 64 << 20;

class Session : public std::enable_shared_from_this<Session> {
public:
    explicit Session(Socket socket) : stream_(std::move(socket)) {}

    void start() {
        websocket::permessage_deflate deflate;
        deflate.server_enable = true;
        stream_.set_option(deflate);
        stream_.read_message_max(maximum_message_size);
        stream_.auto_fragment(false);
        stream_.async_accept([self = shared_from_this()](beast::error_code error) {
            if (!error) self->read();
        });
    }

private:
    void read() {
        stream_.async_read(buffer_, [self = shared_from_this()](beast::error_code error, std::size_t) {
            if (!error) self->write();
        });
    }

    void write() {
        stream_.text(stream_.got_text());
        stream_.async_write(buffer_.data(), [self = shared_from_this()](beast::error_code error, std::size_t) {
            if (error) return;
            self->buffer_.consume(self->buffer_.size());
            self->read();
        });
    }

    websocket::stream<Socket> stream_;
    beast::flat_buffer buffer_;
};

using Acceptor = asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>;

void accept(Acceptor &acceptor) {
    acceptor.async_accept([&acceptor](beast::error_code error, Socket socket) {
        if (!error) {
            socket.set_option(tcp::no_delay(true));
            std::make_shared<Session>(std::move(socket))->start();
        }
        accept(acceptor);
    });
}

}  // namespace

int main(int count, char **arguments) {
    if (count != 2) {
        std::cerr << "usage: echo_beast PORT\n";
        return 2;
    }
    asio::io_context context{1};
    const auto port = static_cast<unsigned short>(std::atoi(arguments[1]));
    Acceptor acceptor{context, tcp::endpoint{asio::ip::address_v4::loopback(), port}};
    accept(acceptor);
    context.run();
}
