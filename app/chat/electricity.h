#pragma once

#include <QString>

#include <array>

/// What electricity costs the user, and so a million tokens.
namespace conclave::app
{

struct ElectricityPrice
{
    double perKilowattHour = 0; ///< 0: the user never said
    QString currency;           ///< as the user writes it: "EUR", "€"

    bool known() const { return perKilowattHour > 0; }
    bool operator==(const ElectricityPrice &) const = default;
};

/// Kept with the program's settings in `folder`. What is not a price is left out.
ElectricityPrice electricityPrice(const QString &folder);
void setElectricityPrice(const QString &folder, const ElectricityPrice &price);

/// Of the electricity alone.
double costPerMillionTokens(double joulesPerToken, const ElectricityPrice &price);

/// What providers took for a million tokens in April 2026, in US dollars: four prices from cheap to dear, given to this project as a list.
inline constexpr std::array<double, 4> kApiPrices = {0.48, 2.10, 3.50, 5.00};

inline constexpr double kDearestElectricity = 100'000; ///< a kilowatt-hour, in any currency

} // namespace conclave::app
