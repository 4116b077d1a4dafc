#include "app/chart/number_text.h"
#include "app/console/commands.h"
#include "app/console/terminal.h"
#include "app/text_of.h"
#include "engine/api/synthesis.h"

#include <QFileInfo>
#include <QStorageInfo>

#include <filesystem>

namespace conclave::app
{
namespace
{

QString megabytes(double bytes)
{
    return roundedText(bytes / 1e6, 0) + QStringLiteral(" MB");
}

/// False, and said, when the file would not fit the disk.
bool fitsDisk(const QString &file, std::uint64_t bytes)
{
    const QStorageInfo disk(QFileInfo(file).absolutePath());
    if (!disk.isValid() || disk.bytesAvailable() < 0 || std::uint64_t(disk.bytesAvailable()) > bytes)
        return true;
    printError(QStringLiteral("\"%1\" would take %2, and %3 are free there. Choose fewer --layers or another folder.")
                   .arg(file, megabytes(double(bytes)), megabytes(double(disk.bytesAvailable()))));
    return false;
}

} // namespace

int synthCommand(const Arguments &arguments)
{
    engine::SynthesisRequest request;
    request.shape = arguments.synth.shape.toStdString();
    request.quantisation = arguments.synth.type.toStdString();
    request.layers = arguments.synth.layers;
    request.foretells = arguments.synth.foretells;
    request.hole = arguments.synth.hole;
    const QString &file = arguments.files.front();
    const auto bytes = engine::synthesisBytes(request);
    if (!bytes) {
        printError(textOf(bytes.error().message));
        return kExitFailed;
    }
    if (!request.hole && !fitsDisk(file, *bytes))
        return kExitFailed;
    int shown = 0;
    const auto done = engine::synthesise(std::filesystem::path(file.toStdU16String()), request, [&shown](double share) {
        if (const int percent = int(share * 100); percent >= shown + 10) {
            shown = percent;
            std::fprintf(stderr, "%d %%\n", percent);
        }
    });
    if (!done) {
        printError(textOf(done.error().message));
        return kExitFailed;
    }
    printOut(QStringLiteral("%1: %2, %3\n").arg(file, arguments.synth.shape, megabytes(double(*bytes))));
    return kExitDone;
}

} // namespace conclave::app
