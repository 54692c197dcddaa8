// Included before everything else in prebuilt binaries, which must load on old Linux systems: where the C and C++
// libraries have several versions of a function, this takes the oldest. The versions compute the same.
#pragma once
#if defined(__linux__)
#if defined(__x86_64__)
#define OLDEST_GLIBC "GLIBC_2.2.5"
#else
#define OLDEST_GLIBC "GLIBC_2.17"
#endif
// The newer versions leave out error handling of System V.
__asm__(".symver exp,exp@" OLDEST_GLIBC);
__asm__(".symver log,log@" OLDEST_GLIBC);
// std::condition_variable::wait. The newer version only differs in what it declares about exceptions.
__asm__(
    ".symver _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE,"
    "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE@GLIBCXX_3.4.11");
#endif
