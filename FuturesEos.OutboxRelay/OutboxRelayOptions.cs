using System.Text.RegularExpressions;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Options;
using Microsoft.Extensions.Configuration;

namespace FuturesEos.OutboxRelay;

/// <summary>Options of the outbox relay.</summary>
internal sealed partial class OutboxRelayOptions : ISettings
{
    /// <summary>Replication slot, made by the migration; also names the progress and the transactional id.</summary>
    [Setting("--slot", "replication slot; also names the progress and the transactional id")]
    public string Slot { get; set; } = "futures_outbox";

    /// <summary>Publication of app.outbox, made by the migration.</summary>
    [Setting("--publication", "publication of app.outbox, made by the migration")]
    public string Publication { get; set; } = "futures_outbox";

    /// <summary>Topic of the order events.</summary>
    [Setting("--topic", "topic of the order events")]
    public string Topic { get; set; } = Topics.Orders;

    /// <summary>Topic in which the relay notes, with the events, how far they go; one record a slot.</summary>
    [Setting("--progress-topic", "topic in which the relay notes how far the events go")]
    public string ProgressTopic { get; set; } = Topics.DefaultPrefix + ".outbox-relay.progress";

    /// <summary>How long PostgreSQL transactions are gathered into one Kafka transaction.</summary>
    [Setting("--linger", "how long PostgreSQL transactions are gathered into one Kafka transaction")]
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Most rows in one Kafka transaction. A larger PostgreSQL transaction is sent in parts.</summary>
    [ConfigurationKeyName("Rows")]
    [Setting("--rows", "most rows in one Kafka transaction; a larger PostgreSQL transaction is sent in parts")]
    public int RowsMax { get; set; } = 5_000;

    /// <summary>How often progress is noted while no rows come, so that PostgreSQL may drop its log.</summary>
    [Setting("--heartbeat", "how often progress is noted while no rows come")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Transaction timeout: how long a dead relay can hold up readers.</summary>
    [Setting("--transaction-timeout", "how long a dead relay can hold up readers")]
    public TimeSpan TransactionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Sends, once, the rows that Kafka lacks, and takes the slot as it is from then on.</summary>
    [Setting("--repair", "send the rows that Kafka lacks (compared by id), then go on from the slot as it is")]
    public bool Repair { get; set; }

    /// <summary>
    /// Transactional id of Debezium's task, fenced when the relay takes over: Connect names it GROUP-CONNECTOR-TASK.
    /// </summary>
    [Setting("--debezium-id", "transactional id of Debezium's task (GROUP-CONNECTOR-TASK), fenced by adopt")]
    public string DebeziumId { get; set; } = "futures-eos-connect-outbox-0";

    public string? Validate() => this switch
    {
        _ when !NamePattern().IsMatch(Slot) => $"--slot {Slot}: a slot's name has lower-case letters, digits and _"
            + $" only, at most 63",
        _ when !NamePattern().IsMatch(Publication) =>
            $"--publication {Publication}: lower-case letters, digits and _ only, at most 63",
        _ when DebeziumId.Length == 0 => "--debezium-id is empty: GROUP-CONNECTOR-TASK, as 'eos txn list' shows it",
        { RowsMax: < 1 or > 100_000 } => $"--rows {RowsMax}: from 1 to 100000",
        _ when Linger < TimeSpan.Zero || Linger > TimeSpan.FromSeconds(1) => $"--linger {Linger}: from 0 to 1 s",
        _ when Heartbeat <= TimeSpan.Zero => $"--heartbeat {Heartbeat}: above 0",
        _ when TransactionTimeout < TimeSpan.FromSeconds(5) || TransactionTimeout > TimeSpan.FromMinutes(15) =>
            $"--transaction-timeout {TransactionTimeout}: from 5 s (parts of a large transaction take 2) to 15"
                + $" min, Kafka's limit",
        _ => null,
    };

    /// <summary>Same at every start of this slot's relay, so that a new one fences the old one.</summary>
    public string TransactionalId => Slot + "-relay";

    [GeneratedRegex("^[a-z0-9_]{1,63}$")]
    private static partial Regex NamePattern();
}
