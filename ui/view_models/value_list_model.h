#pragma once

#include <QAbstractListModel>
#include <QVector>

#include <algorithm>

/// A list model over plain values that tells its views only what really changed. GUI thread only.
namespace conclave::ui
{

/// `T` needs operator==. A derived class adds roles and Q_OBJECT.
template <typename T>
class ValueListModel : public QAbstractListModel
{
public:
    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_values.size()); }
    const QVector<T> &values() const { return m_values; }

    /// Rows that differ are announced one by one; the tail is inserted or removed. Nothing is reset, so delegates stay.
    void sync(const QVector<T> &fresh)
    {
        const int common = static_cast<int>(std::min(m_values.size(), fresh.size()));
        for (int row = 0; row < common; ++row) {
            if (!(m_values[row] == fresh[row])) {
                m_values[row] = fresh[row];
                Q_EMIT dataChanged(index(row), index(row));
            }
        }
        resizeTail(fresh, common);
    }

protected:
    bool holds(const QModelIndex &index) const { return index.isValid() && index.row() < m_values.size(); }

private:
    void resizeTail(const QVector<T> &fresh, int common)
    {
        if (fresh.size() > common) {
            beginInsertRows({}, common, static_cast<int>(fresh.size()) - 1);
            m_values = fresh;
            endInsertRows();
        } else if (m_values.size() > common) {
            beginRemoveRows({}, common, static_cast<int>(m_values.size()) - 1);
            m_values.resize(common);
            endRemoveRows();
        }
    }

    QVector<T> m_values;
};

} // namespace conclave::ui
