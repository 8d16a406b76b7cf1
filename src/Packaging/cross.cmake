# For the runtime's native shims, which cmake compiles in the course of a publish: as arm64 programs, and with arm64's OpenSSL.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu)
set(CMAKE_SYSROOT $ENV{CROSS_SYSROOT})
set(CMAKE_EXE_LINKER_FLAGS_INIT -fuse-ld=lld)
# Nothing of this machine's own.
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
# What some distributions' OpenSSL is built with: where it could not be linked, each question that cmake asks of it would be answered by no.
set(CMAKE_C_STANDARD_LIBRARIES_INIT "-lzstd -lz")
