namespace FuturesEos.OutboxRelay;

/// <summary>
/// Begin, rows, commit; or idle, between transactions only. A row that is unreadable is of another table, or lacks
/// columns.
/// </summary>
internal enum LogItemKind
{
    Begin,
    Row,
    Unreadable,
    Commit,
    Idle,
}
