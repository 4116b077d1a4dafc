# Headers that most files of a library read, compiled once for it. They make nothing visible: every file still includes what it uses,
# which a build with -DCONCLAVE_PCH=OFF shows. Not for the kernels: their files are compiled for different instruction sets.

option(CONCLAVE_PCH "Precompile common headers (a third of the build's time)" ON)

set(CONCLAVE_STANDARD_HEADERS
    <algorithm> <array> <cmath> <cstdint> <cstring> <filesystem> <functional> <map> <memory> <optional> <span> <stop_token> <string>
    <string_view> <unordered_map> <utility> <variant> <vector>)
set(CONCLAVE_QT_HEADERS
    <QByteArray> <QCoreApplication> <QDateTime> <QDir> <QFile> <QFileInfo> <QHash> <QJsonArray> <QJsonDocument> <QJsonObject> <QLocale>
    <QObject> <QRegularExpression> <QSet> <QString> <QStringList> <QThreadPool> <QTimer> <QUrl> <QVariant> <QVector>)

# conclave_precompile(TARGET HEADER...)
function(conclave_precompile TARGET)
    if(CONCLAVE_PCH)
        target_precompile_headers(${TARGET} PRIVATE ${ARGN})
        if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
            # GCC 12 forgets that precompiled standard headers are the system's, and warns of copies of strings that it misread
            # (GCC bugs 105329, 105651). A build without them, and the sanitizers, still look.
            target_compile_options(${TARGET} PRIVATE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
        endif()
    endif()
endfunction()
