using NpgsqlTypes;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// What the slot gives, in the order of the log. Every position that may ever be confirmed comes through here, behind
/// the rows it covers, so that none can overtake them.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Position">
/// Begin: where the commit record starts. Commit: where it ends. Idle: up to where the log holds nothing more for us.
/// </param>
/// <param name="Entry">The row.</param>
/// <param name="CommittedAt">Begin: when PostgreSQL committed.</param>
/// <param name="Problem">Unreadable: what came instead of a row.</param>
internal readonly record struct LogItem(
    LogItemKind Kind, NpgsqlLogSequenceNumber Position, OutboxEntry? Entry = null, DateTime CommittedAt = default,
    string? Problem = null);
