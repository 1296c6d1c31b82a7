"""A DNS server on loopback that answers for TXT records of a test, or says nothing at all."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


@dataclass
class Names:
    """`records` are what stands where; `asked` is what was asked for."""

    port: int
    records: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: bool = False
    silent_about: set[str] = field(default_factory=set)  # names

    def answer(self, packet: bytes) -> bytes:
        """The answer to one question."""
        query = dns.message.from_wire(packet)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.asked.append(name)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA
        if name not in self.records:
            reply.set_rcode(dns.rcode.NXDOMAIN)
            return reply.to_wire()
        # a string of a record has 255 characters at most
        texts = [
            " ".join(f'"{one[at : at + 250]}"' for at in range(0, len(one), 250))
            for one in self.records[name]
        ]
        reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "TXT", *texts))
        return reply.to_wire()


@contextmanager
def serving(records: dict[str, list[str]]) -> Iterator[Names]:
    """Answers while the block runs."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(0.1)
        names = Names(door.getsockname()[1], records)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    packet, whom = door.recvfrom(4096)
                except TimeoutError:
                    continue
                answer = names.answer(packet)
                if not names.silent and names.asked[-1] not in names.silent_about:
                    door.sendto(answer, whom)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield names
        finally:
            over.set()
            thread.join()
