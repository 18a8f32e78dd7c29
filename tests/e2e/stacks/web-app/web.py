"""Put what is ordered into a list in redis, and tell how long the list is."""

import http.server
import socket


def redis(*words):
    parts = [f"${len(word)}\r\n{word}\r\n" for word in words]
    with socket.create_connection(("redis", 6379)) as connection:
        connection.sendall(f"*{len(parts)}\r\n{''.join(parts)}".encode())
        return connection.makefile().readline().strip()


class Web(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answer = redis("RPUSH", "orders", self.path.strip("/"))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer.encode())


http.server.ThreadingHTTPServer(("", 8000), Web).serve_forever()
