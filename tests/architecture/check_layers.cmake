# The layers, checked: ui -> app -> engine -> kernels, downward only; engine and kernels know no Qt; files stay readable.
# Usage: cmake -DROOT=<folder> -P check_layers.cmake        Fails with one line for each breach.

cmake_minimum_required(VERSION 3.25)
if(NOT ROOT)
    message(FATAL_ERROR "check_layers: give -DROOT=<folder>")
endif()

# A file under the first path may include project headers whose path matches the second (the first match counts).
set(RULES
    "^app/main\\.cpp$"      "^(app|ui|engine/api|engine/base)/"
    "^kernels/core/"        "^kernels/core/"
    "^kernels/"             "^kernels/"
    "^engine/base/card_meter\\.cpp$" "^(engine/base|kernels/plugin)/"
    "^engine/base/"         "^engine/base/"
    "^engine/api/[a-z_]+\\.h$" "^engine/(api|base)/"
    "^engine/(format|text|chat)/" "^(engine/(base|api|format|text|chat)|kernels/core)/"
    "^engine/generate/card_list\\.cpp$" "^(engine|kernels/(core|plugin))/"
    "^engine/generate/device_choice\\.cpp$" "^(engine|kernels/(core|plugin|split))/"
    "^engine/(model/model_memory|model/blocks/divided_experts|moe/card_experts)\\.cpp$" "^(engine|kernels/(core|split))/"
    "^engine/"              "^(engine|kernels/core)/"
    "^app/"                 "^(app|engine/api|engine/base)/"
    "^ui/"                  "^(ui|app)/"
)
set(MAX_LINES 800)
# Generated tables and kernels that are one long formula may be longer; each is named with its reason.
set(LONG_FILES "")

set(breaches "")
set(checked 0)
file(GLOB_RECURSE files RELATIVE "${ROOT}"
    "${ROOT}/kernels/*.h" "${ROOT}/kernels/*.cpp" "${ROOT}/kernels/*.cu" "${ROOT}/kernels/*.cuh"
    "${ROOT}/engine/*.h" "${ROOT}/engine/*.cpp"
    "${ROOT}/app/*.h" "${ROOT}/app/*.cpp"
    "${ROOT}/ui/*.h" "${ROOT}/ui/*.cpp")

foreach(file IN LISTS files)
    math(EXPR checked "${checked} + 1")
    file(STRINGS "${ROOT}/${file}" includes REGEX "^[ \t]*#[ \t]*include")
    set(allowed "")
    set(rest ${RULES})
    while(rest)
        list(POP_FRONT rest from to)
        if(file MATCHES "${from}")
            set(allowed "${to}")
            break()
        endif()
    endwhile()
    foreach(line IN LISTS includes)
        if(line MATCHES "\"([a-z_]+/[^\"]+)\"")
            set(header "${CMAKE_MATCH_1}")
            if(NOT header MATCHES "${allowed}")
                list(APPEND breaches "${file}: must not include ${header}")
            endif()
        endif()
        if(NOT file MATCHES "^app/net/" AND line MATCHES "<Q(NetworkAccessManager|NetworkProxy|Tcp|Udp|Ssl|LocalS|WebSocket)")
            list(APPEND breaches "${file}: opens connections, which app/net alone does: ${line}")
        endif()
        if(file MATCHES "^(kernels|engine)/" AND line MATCHES "[<\"]Q[A-Za-z/]+[>\"]")
            list(APPEND breaches "${file}: Qt does not belong here: ${line}")
        endif()
    endforeach()

    file(READ "${ROOT}/${file}" text)
    string(REGEX MATCHALL "\n" newlines "${text}")
    list(LENGTH newlines lines)
    if(lines GREATER MAX_LINES AND NOT file IN_LIST LONG_FILES)
        list(APPEND breaches "${file}: ${lines} lines, more than ${MAX_LINES}")
    endif()
endforeach()

foreach(folder kernels engine)
    file(GLOB_RECURSE lists "${ROOT}/${folder}/CMakeLists.txt")
    foreach(list IN LISTS lists)
        file(STRINGS "${list}" qt REGEX "Qt[56]")
        if(qt)
            list(APPEND breaches "${list}: names Qt")
        endif()
    endforeach()
endforeach()

if(checked EQUAL 0)
    message(FATAL_ERROR "check_layers: no source files under ${ROOT}")
endif()
if(breaches)
    list(JOIN breaches "\n  " text)
    message(FATAL_ERROR "The layers are breached:\n  ${text}")
endif()
message(STATUS "check_layers: ${checked} files keep to the layers")
