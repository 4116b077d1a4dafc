# Qt, at the floor of Debian 12 (6.4).

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Network Quick QuickControls2 Qml Sql)
qt_standard_project_setup()
