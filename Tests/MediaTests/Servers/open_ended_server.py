"""An HTTP server that does not say how long a file is.

usage: open_ended_server.py FILE END LENGTH CUTS      END says how the file ends: close (HTTP/1.0), chunked (HTTP/1.1),
silent (HTTP/1.1 without a word on its end). The first CUTS connections are reset after LENGTH bytes. Prints its port.
"""
import http.server
import os
import socket
import struct
import sys
import time

DATA = open(sys.argv[1], "rb").read()
END, LENGTH, CUTS = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
served = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0" if END == "close" else "HTTP/1.1"

    def do_GET(self):
        global served
        served += 1
        self.send_response(200)
        if END == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        is_cut = served <= CUTS
        try:
            for start in range(0, LENGTH if is_cut else len(DATA), 1000):
                self.send(DATA[start : start + 1000])
            if END == "chunked" and not is_cut:
                self.wfile.write(b"0\r\n\r\n")
            self.wfile.flush()
        except OSError:
            pass
        self.close_connection = True
        if is_cut:
            # What was sent arrives; then a reset, without the end that a shutdown would say.
            time.sleep(0.2)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())

    def send(self, piece):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if END == "chunked" else piece)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
