"""A camera: RTSP over TCP (RFC 2326) that sends a transport stream in RTP (RFC 2250) to each who comes.

usage: camera.py FILE…      Each connection is sent the next file, from its beginning to its end; after the last it is no more. A camera
never sends the same twice; a server that plays a file does. Prints its port.
"""
import socket
import struct
import sys

FILES = [open(name, "rb").read() for name in sys.argv[1:]]
PACKET = 7 * 188
SDP = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:streamid=0\r\n"


def stream(file, data):
    for number, start in enumerate(range(0, len(data), PACKET)):
        payload = data[start : start + PACKET]
        header = struct.pack(">BBHII", 0x80, 33, number & 0xFFFF, number * 900, 1)
        file.write(struct.pack(">cBH", b"$", 0, len(header) + len(payload)) + header + payload)
    file.flush()


def reply(file, request):
    method = request[0].split()[0]
    headers = dict(line.split(": ", 1) for line in request[1:])
    answer = {"CSeq": headers["CSeq"], "Session": "1"}
    body = SDP if method == "DESCRIBE" else ""
    if method == "OPTIONS":
        answer["Public"] = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"
    if method == "DESCRIBE":
        answer |= {"Content-Type": "application/sdp", "Content-Length": str(len(body))}
    if method == "SETUP":
        answer["Transport"] = "RTP/AVP/TCP;unicast;interleaved=0-1"
    lines = ["RTSP/1.0 200 OK"] + [f"{key}: {value}" for key, value in answer.items()]
    file.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode())
    file.flush()
    return method


def serve(connection, data):
    with connection, connection.makefile("rwb") as file:
        while True:
            request = []
            while line := file.readline().decode().strip():
                request.append(line)
            if not request:
                return False
            if reply(file, request) == "PLAY":
                stream(file, data)
                return True


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
served = 0
while served < len(FILES):
    try:
        served += serve(listener.accept()[0], FILES[served])
    except OSError:
        pass
