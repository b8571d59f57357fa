"""An HTTP server that breaks off: the first CUTS connections end after LENGTH bytes, and after GONE of them it is no more.

usage: breaking_server.py FILE LENGTH CUTS GONE RANGES      RANGES 1: parts may be asked for. Prints its port.
"""
import http.server
import os
import re
import sys

DATA = open(sys.argv[1], "rb").read()
LENGTH, CUTS, GONE, RANGES = map(int, sys.argv[2:6])
served = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        global served
        served += 1
        wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) if RANGES else None
        start = int(wanted[1]) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(DATA) - start))
        self.send_header("Connection", "close")
        if RANGES:
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Range", f"bytes {start}-{len(DATA) - 1}/{len(DATA)}")
        self.end_headers()
        try:
            self.wfile.write(DATA[start : start + LENGTH] if served <= CUTS else DATA[start:])
        except OSError:
            pass
        self.close_connection = True
        if served == GONE:
            self.wfile.flush()
            self.connection.close()
            os._exit(0)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
