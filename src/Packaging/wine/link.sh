#!/usr/bin/env bash
# link.sh @FILE: stands for Microsoft's link.exe in a publish for Windows on Linux. What it links starts in Wine, and is for nothing else:
# lld is the linker, the libraries of Windows are those of mingw-w64, and startup.c is what surrounds the program.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
options=${1#@}
work=${options%/*}/wine
mingw=/usr/x86_64-w64-mingw32/lib
rm -rf "$work"
mkdir -p "$work"

# What lld does not know, and what is for debuggers. It reads no byte order mark.
sed -e '1s/^\xEF\xBB\xBF//' -e 's#/NOEXP /NOIMPLIB##' -e '/^\/SOURCELINK/d' -e '/^\/NATVIS/d' -e '/^\/DEBUG/d' "$options" >"$work/options"

# Under the names that Microsoft's libraries have.
for library in $(sed -n 's/^"\([a-z0-9_]*\)\.lib"$/\1/p' "$work/options") ucrt ucrtbase uuid; do
    ln -s "$mingw/lib$library.a" "$work/$library.lib"
done
# In Windows they are where mingw-w64 does not look for them, since it has its own.
printf '%s\n' 'LIBRARY ucrtbase.dll' EXPORTS ceil floor log modf strnlen >"$work/more.def"
llvm-dlltool -m i386:x86-64 -d "$work/more.def" -l "$work/more.lib"
clang --target=x86_64-pc-windows-msvc -O2 -ffreestanding -fno-builtin -mno-stack-arg-probe -fno-stack-protector -Wall -Wextra -Werror -c "$here/startup.c" -o "$work/startup.obj"

exec lld-link "@$work/options" "/libpath:$work" /nodefaultlib:libcmt.lib /nodefaultlib:oldnames.lib /nodefaultlib:libcpmt.lib \
    "$work/startup.obj" ucrtbase.lib more.lib
