# Runs a program on a terminal of its own, whose output comes out here. Standard input is the program's file descriptor 9; its own
# is empty, so that a shell reads BASH_ENV and no commands.
import os
import pty
import sys

commands = os.dup(0)
child, terminal = pty.fork()
if child == 0:
    os.dup2(commands, 9)
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.execvp(sys.argv[1], sys.argv[1:])

os.close(commands)
os.close(0)
while True:
    try:
        text = os.read(terminal, 65536)
    except OSError:  # EIO: nobody has the terminal open any more
        break
    if not text:
        break
    os.write(1, text)
os.waitpid(child, 0)
