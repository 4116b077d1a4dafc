#include "app/chat/electricity.h"

#include "app/paths.h"

#include <QSettings>

namespace conclave::app
{
namespace
{

constexpr auto kPriceKey = "electricity/perKilowattHour";
constexpr auto kCurrencyKey = "electricity/currency";
constexpr int kLongestCurrency = 8;

bool isPrice(double price)
{
    return price > 0 && price <= kDearestElectricity;
}

} // namespace

ElectricityPrice electricityPrice(const QString &folder)
{
    const QSettings settings(settingsFile(folder), QSettings::IniFormat);
    const double price = settings.value(QLatin1String(kPriceKey)).toDouble();
    return {isPrice(price) ? price : 0, settings.value(QLatin1String(kCurrencyKey)).toString().left(kLongestCurrency)};
}

void setElectricityPrice(const QString &folder, const ElectricityPrice &price)
{
    QSettings settings(settingsFile(folder), QSettings::IniFormat);
    if (isPrice(price.perKilowattHour))
        settings.setValue(QLatin1String(kPriceKey), price.perKilowattHour);
    else
        settings.remove(QLatin1String(kPriceKey));
    settings.setValue(QLatin1String(kCurrencyKey), price.currency.trimmed().left(kLongestCurrency));
}

double costPerMillionTokens(double joulesPerToken, const ElectricityPrice &price)
{
    constexpr double kJoulesPerKilowattHour = 3.6e6;
    return joulesPerToken * 1e6 / kJoulesPerKilowattHour * price.perKilowattHour;
}

} // namespace conclave::app
