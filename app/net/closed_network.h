#pragma once

class QNetworkAccessManager;
class QObject;

/// What the interface is given in place of a network: every request fails, so that no text or picture can have an address fetched.
namespace conclave::app
{

/// `parent` owns it.
QNetworkAccessManager *makeClosedNetwork(QObject *parent);

} // namespace conclave::app
