# Qt, at the floor of Debian 12 (6.4), and what else only the app needs.

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Network Quick QuickControls2 Qml Sql Pdf Svg)
find_package(Qt6 6.4 QUIET OPTIONAL_COMPONENTS DBus) # not on Windows
qt_standard_project_setup()

find_package(PkgConfig REQUIRED)
pkg_check_modules(Zip REQUIRED IMPORTED_TARGET libzip)
