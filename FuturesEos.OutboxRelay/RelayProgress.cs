using System.Text.Json;
using System.Text.Json.Serialization;
using NpgsqlTypes;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// How far Kafka holds the outbox, and of which database and slot that is true. Written in the Kafka transaction of
/// the rows, so it is neither ahead of them nor behind.
/// </summary>
/// <example>
/// <code>
/// {"system":"7575411908612046003","database":"futures","slot_started_at":"0/1A2B3C8","position":"0/1A30F10"}
/// {…,"position":"0/1A30F10","partial_commit":"0/2000028","partial_rows":5000}   in the middle of a large transaction
/// {…,"compare_until":"0/1B00000"} after a repair or an adoption: rows up to
/// there are compared by id
/// {…,"is_released":true}                                                        Debezium goes on from there
/// </code>
/// </example>
internal sealed record RelayProgress
{
    /// <summary>System identifier: every initdb makes another one.</summary>
    public required string System { get; init; }

    public required string Database { get; init; }

    /// <summary>
    /// Where the slot started, as the migration noted it: tells a slot from one of the same name made later.
    /// </summary>
    public string? SlotStartedAt { get; init; }

    /// <summary>
    /// Everything that was committed before this position is in Kafka: the end of a commit record, never of a row.
    /// </summary>
    public required string Position { get; init; }

    /// <summary>Start of the commit record of a transaction that is sent in parts.</summary>
    public string? PartialCommit { get; init; }

    /// <summary>Rows of that transaction which Kafka holds.</summary>
    public long PartialRows { get; init; }

    /// <summary>Up to this position a row may be in Kafka by a repair: it is sent only if Kafka lacks its id.</summary>
    public string? CompareUntil { get; init; }

    /// <summary>A repair was begun and has not ended: rows may still be missing.</summary>
    public bool IsRepairing { get; init; }

    /// <summary>
    /// Debezium has taken over at this position: the relay reads no further until it adopts the slot again.
    /// </summary>
    public bool IsReleased { get; init; }

    /// <summary>
    /// For each partition of the events: where its log ended when the relay last took over. Debezium's records below it
    /// are accounted for; one above it was written behind the relay's back.
    /// </summary>
    public IReadOnlyList<long>? EventsKnownUntil { get; init; }

    /// <summary>
    /// Version of the publication (<see cref="PublishedOutbox"/>): everything up to the position was published by it.
    /// </summary>
    public string? Publication { get; init; }

    /// <summary>Nothing is half done: no transaction sent in part, nothing left to compare.</summary>
    [JsonIgnore]
    public bool IsWhole => PartialCommit is null && CompareUntil is null && !IsRepairing;

    [JsonIgnore]
    public NpgsqlLogSequenceNumber Lsn => NpgsqlLogSequenceNumber.Parse(Position);

    [JsonIgnore]
    public NpgsqlLogSequenceNumber? PartialLsn => PartialCommit is null ? null
        : NpgsqlLogSequenceNumber.Parse(PartialCommit);

    [JsonIgnore]
    public NpgsqlLogSequenceNumber? CompareUntilLsn => CompareUntil is null ? null
        : NpgsqlLogSequenceNumber.Parse(CompareUntil);

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, RelayProgressJson.Default.RelayProgress);

    /// <exception cref="JsonException">Not written by this program.</exception>
    public static RelayProgress FromBytes(ReadOnlySpan<byte> value) =>
        JsonSerializer.Deserialize(value, RelayProgressJson.Default.RelayProgress) ?? throw new JsonException("null");

    /// <summary>After a whole transaction, or an idle stretch.</summary>
    public RelayProgress At(NpgsqlLogSequenceNumber position) => this with
    {
        Position = position.ToString(),
        PartialCommit = null,
        PartialRows = 0,
        CompareUntil = CompareUntilLsn <= position ? null : CompareUntil,
    };

    /// <summary>In the middle of a transaction.</summary>
    public RelayProgress Within(NpgsqlLogSequenceNumber commit, long rows) =>
        this with { PartialCommit = commit.ToString(), PartialRows = rows };
}
