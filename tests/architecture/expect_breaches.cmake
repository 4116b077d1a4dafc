# Runs the layer check on the planted tree and demands that every breach is reported.
execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${ROOT} -P ${CHECK} RESULT_VARIABLE code ERROR_VARIABLE text OUTPUT_QUIET)
if(code EQUAL 0)
    message(FATAL_ERROR "the check passed a tree that breaks the layers")
endif()
foreach(expected
        "kernels/upward.h: must not include engine/api/engine.h"
        "engine/model/knows_qt.h: Qt does not belong here"
        "app/reaches_inside.cpp: must not include engine/model/model.h"
        "app/reaches_inside.cpp: must not include ui/ui_entry.h"
        "app/reaches_inside.cpp: opens connections")
    string(FIND "${text}" "${expected}" at)
    if(at EQUAL -1)
        message(FATAL_ERROR "not reported: ${expected}\n${text}")
    endif()
endforeach()
