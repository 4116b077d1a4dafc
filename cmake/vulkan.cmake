# Decides whether the Vulkan plugin is built: sets CONCLAVE_HAVE_VULKAN. Needs Vulkan's headers and glslc; the loader is opened at run time.
# Debian: libvulkan-dev glslc; for tests also mesa-vulkan-drivers vulkan-validationlayers.

set(CONCLAVE_HAVE_VULKAN OFF)
if(CONCLAVE_VULKAN)
    find_path(CONCLAVE_VULKAN_INCLUDE vulkan/vulkan.h HINTS $ENV{VULKAN_SDK}/include $ENV{VULKAN_SDK}/Include)
    find_program(CONCLAVE_GLSLC glslc HINTS $ENV{VULKAN_SDK}/bin $ENV{VULKAN_SDK}/Bin)
    if(CONCLAVE_VULKAN_INCLUDE AND CONCLAVE_GLSLC)
        set(CONCLAVE_HAVE_VULKAN ON)
        message(STATUS "Vulkan plugin: on (${CONCLAVE_GLSLC})")
    elseif(CONCLAVE_VULKAN STREQUAL "AUTO")
        message(STATUS "Vulkan plugin: off (Vulkan headers or glslc not found)")
    else()
        message(FATAL_ERROR "CONCLAVE_VULKAN is ON, but Vulkan's headers or glslc were not found (Debian: libvulkan-dev glslc)")
    endif()
else()
    message(STATUS "Vulkan plugin: off")
endif()

# conclave_shaders(TARGET SOURCES a.comp ... VARIANTS a.comp:ONE+TWO ... DEPENDS x.glsl ...): compiles each shader and makes vulkan_shaders.h, in
# which some_op.comp is conclave::kernels::shaders::kSomeOp; those of VARIANTS once more with these symbols, as kSomeOpOneTwo (kSomeOpMore for
# MORE_TYPES).
function(conclave_shaders TARGET)
    cmake_parse_arguments(ARG "" "" "SOURCES;VARIANTS;DEPENDS" ${ARGN})
    set(folder ${CMAKE_CURRENT_BINARY_DIR}/shaders)
    file(MAKE_DIRECTORY ${folder})
    set(embed ${CMAKE_SOURCE_DIR}/cmake/embed_words.cmake)
    list(TRANSFORM ARG_DEPENDS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    set(headers "")
    set(umbrella "#pragma once\n")
    foreach(entry IN LISTS ARG_SOURCES ARG_VARIANTS)
        string(REGEX REPLACE ":.*" "" source ${entry})
        get_filename_component(name ${source} NAME_WE)
        set(defines "")
        if(entry MATCHES ":(.+)")
            string(REPLACE "+" ";" symbols ${CMAKE_MATCH_1})
            list(TRANSFORM symbols PREPEND -D OUTPUT_VARIABLE defines)
            string(TOLOWER "_${CMAKE_MATCH_1}" suffix)
            string(REGEX REPLACE "_types" "" suffix ${suffix})
            string(REPLACE "+" "_" suffix ${suffix})
            string(APPEND name ${suffix})
        endif()
        string(REPLACE "_" ";" words ${name})
        set(constant "k")
        foreach(word IN LISTS words)
            string(SUBSTRING ${word} 0 1 head)
            string(SUBSTRING ${word} 1 -1 tail)
            string(TOUPPER ${head} head)
            string(APPEND constant ${head}${tail})
        endforeach()
        add_custom_command(OUTPUT ${folder}/${name}.h
            COMMAND ${CONCLAVE_GLSLC} --target-env=vulkan1.2 -O -Werror ${defines} ${CMAKE_CURRENT_SOURCE_DIR}/${source} -o ${folder}/${name}.spv
            COMMAND ${CMAKE_COMMAND} -DINPUT=${folder}/${name}.spv -DOUTPUT=${folder}/${name}.h -DNAME=${constant}
                -DNAMESPACE=conclave::kernels::shaders -P ${embed}
            DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${source} ${ARG_DEPENDS} ${embed}
            COMMENT "Shader ${name}" VERBATIM)
        list(APPEND headers ${folder}/${name}.h)
        string(APPEND umbrella "#include \"${name}.h\"\n")
    endforeach()
    file(CONFIGURE OUTPUT ${folder}/vulkan_shaders.h CONTENT "${umbrella}" @ONLY)
    target_sources(${TARGET} PRIVATE ${headers})
    target_include_directories(${TARGET} PRIVATE ${folder})
endfunction()
