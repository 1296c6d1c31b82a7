"""
The system calls that a reading child is refused, by machine.

Refused is what Landlock and the namespaces leave open: making processes; signalling, slowing and inspecting
others, also as the owner of a descriptor, to whom the kernel sends what signal one likes; leaving the group
or the signal by which a child dies with its parent; changing a file's mode, owner, times and attributes by
name; sockets at all; memory and queues that outlive a process; and the wide doors of the kernel (io_uring,
bpf, keys, mounts, namespaces). What is not here is harmless without them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filter:
    """The machine's number in an audit record, and the numbers of the refused calls."""

    machine: int
    refused: tuple[int, ...]
    refused_with: tuple[tuple[int, int], ...] = ()  # a call, and a second argument with which it is


# name: (x86-64, 64-bit ARM); -1 where the machine has no such call
_CALLS = {
    "socket": (41, 198),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "socketpair": (53, 199),
    "clone": (56, 220),
    "fork": (57, -1),
    "vfork": (58, -1),
    "execve": (59, 221),
    "kill": (62, 129),
    "truncate": (76, 45),
    "setpgid": (109, 154),
    "setsid": (112, 157),
    "prctl": (157, 167),
    "chmod": (90, -1),
    "fchmod": (91, 52),
    "chown": (92, -1),
    "fchown": (93, 55),
    "lchown": (94, -1),
    "ptrace": (101, 117),
    "personality": (135, 92),
    "setpriority": (141, 140),
    "chroot": (161, 51),
    "setrlimit": (160, 164),
    "mount": (165, 40),
    "umount2": (166, 39),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "tkill": (200, 130),
    "utime": (132, -1),
    "utimes": (235, -1),
    "tgkill": (234, 131),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "fchownat": (260, 54),
    "futimesat": (261, -1),
    "fchmodat": (268, 53),
    "unshare": (272, 97),
    "utimensat": (280, 88),
    "perf_event_open": (298, 241),
    "prlimit64": (302, 261),
    "setns": (308, 268),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "memfd_create": (319, 279),
    "bpf": (321, 280),
    "execveat": (322, 281),
    "userfaultfd": (323, 282),
    "pidfd_send_signal": (424, 424),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "pidfd_open": (434, 434),
    "clone3": (435, 435),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "mount_setattr": (442, 442),
    "fchmodat2": (452, 452),
    "setxattrat": (463, 463),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "ioprio_set": (251, 30),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    "sync": (162, 81),
    "fanotify_init": (300, 262),
    "open_by_handle_at": (304, 265),
    "memfd_secret": (447, 447),
    "process_mrelease": (448, 448),
}
# name: (x86-64, 64-bit ARM), and the second arguments that name another process as the owner of a descriptor
_OWNERS = {
    "fcntl": ((72, 25), (8, 10, 15)),  # F_SETOWN, F_SETSIG, F_SETOWN_EX
    "ioctl": ((16, 29), (0x8901, 0x8902)),  # FIOSETOWN, SIOCSPGRP
}


def _refused(column: int) -> tuple[int, ...]:
    return tuple(numbers[column] for numbers in _CALLS.values() if numbers[column] >= 0)


def _refused_with(column: int) -> tuple[tuple[int, int], ...]:
    return tuple((numbers[column], value) for numbers, values in _OWNERS.values() for value in values)


FILTERS = {
    "x86_64": Filter(0xC000003E, _refused(0), _refused_with(0)),
    "aarch64": Filter(0xC00000B7, _refused(1), _refused_with(1)),
}
