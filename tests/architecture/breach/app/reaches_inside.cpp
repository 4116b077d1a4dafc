#include "engine/model/model.h"
#include "ui/ui_entry.h"
#include <QNetworkAccessManager>
