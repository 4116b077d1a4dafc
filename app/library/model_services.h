#pragma once

#include "app/downloads/download_queue.h"
#include "app/library/forecast_log.h"
#include "app/library/model_hash.h"
#include "app/library/model_library.h"
#include "app/net/network_gate.h"

/// What a running window has beside conversations: models, the network, forecasts. GUI thread only.
namespace conclave::app
{

struct ModelServices
{
    /// All keep what they know in `folder`. What is fetched shows up in the library.
    explicit ModelServices(const QString &folder, const QString &builtIn = {}, DownloadQueue::Mode mode = DownloadQueue::Mode::kAll,
                           const Patience &patience = {})
        : folder(folder), gate(folder), library(folder, builtIn), queue(gate, folder, library.ownFolder(), mode, patience), log(folder),
          hashes(folder)
    {
        QObject::connect(&queue, &DownloadQueue::finished, &library, &ModelLibrary::rescan);
    }

    QString folder;
    NetworkGate gate;
    ModelLibrary library;
    DownloadQueue queue;
    ForecastLog log;
    ModelHashes hashes;
};

} // namespace conclave::app
