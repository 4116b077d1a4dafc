# What can be chosen when configuring. Everything optional is found by itself and does no harm when absent.

option(CONCLAVE_BUILD_APP "Build the program (needs Qt 6.4 or newer)" ON)
option(CONCLAVE_BUILD_TESTS "Build the tests" ON)
option(CONCLAVE_BUILD_FUZZERS "Build the fuzz targets (needs Clang)" OFF)
option(CONCLAVE_UNITY "Compile source files by the dozen: for builds that are made once" OFF)
option(CONCLAVE_WERROR "Treat warnings as errors" ON)
set(CONCLAVE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined)")
set(CONCLAVE_CUDA AUTO CACHE STRING "CUDA plugin: AUTO, ON or OFF")
set(CONCLAVE_VULKAN AUTO CACHE STRING "Vulkan plugin: AUTO, ON or OFF")
set_property(CACHE CONCLAVE_CUDA CONCLAVE_VULKAN PROPERTY STRINGS AUTO ON OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
