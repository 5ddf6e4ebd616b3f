namespace FuturesEos.OutboxRelay;

/// <summary>Begin, rows, commit; or idle, between transactions only.</summary>
internal enum LogItemKind
{
    Begin,
    Row,
    Commit,
    Idle,
}
