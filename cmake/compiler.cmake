# One set of rules for all our C++ code. Targets take them by linking conclave_rules.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CONCLAVE_CCACHE ccache)
if(CONCLAVE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CONCLAVE_CCACHE})
endif()

# gold, of the same package as the usual linker where it is there, takes a third of its time: there are some hundred programs to link.
find_program(CONCLAVE_GOLD ld.gold)
if(CONCLAVE_GOLD AND NOT MSVC)
    add_link_options(-fuse-ld=gold)
endif()

add_library(conclave_rules INTERFACE)
target_include_directories(conclave_rules INTERFACE ${CMAKE_SOURCE_DIR})
if(MSVC)
    target_compile_options(conclave_rules INTERFACE /W4 /utf-8 $<$<BOOL:${CONCLAVE_WERROR}>:/WX>)
    target_compile_definitions(conclave_rules INTERFACE NOMINMAX WIN32_LEAN_AND_MEAN _CRT_SECURE_NO_WARNINGS)
else()
    target_compile_options(conclave_rules INTERFACE -Wall -Wextra $<$<BOOL:${CONCLAVE_WERROR}>:-Werror>)
endif()
if(CONCLAVE_SANITIZE)
    target_compile_options(conclave_rules INTERFACE -fsanitize=${CONCLAVE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(conclave_rules INTERFACE -fsanitize=${CONCLAVE_SANITIZE})
endif()
