using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Options;

namespace FuturesEos.OutboxRelay;

/// <summary>Options of the outbox relay.</summary>
internal sealed class OutboxRelayOptions
{
    /// <summary>Replication slot, made by the migration; also names the progress and the transactional id.</summary>
    [Setting("--slot", "Relay:Slot", "replication slot; also names the progress and the transactional id")]
    public string Slot { get; set; } = "futures_outbox";

    /// <summary>Publication of app.outbox, made by the migration.</summary>
    [Setting("--publication", "Relay:Publication", "publication of app.outbox, made by the migration")]
    public string Publication { get; set; } = "futures_outbox";

    /// <summary>Topic of the order events.</summary>
    [Setting("--topic", "Relay:Topic", "topic of the order events")]
    public string Topic { get; set; } = Topics.Orders;

    /// <summary>Topic in which the relay notes, with the events, how far they go; one record a slot.</summary>
    [Setting("--progress-topic", "Relay:ProgressTopic", "topic in which the relay notes how far the events go")]
    public string ProgressTopic { get; set; } = Topics.DefaultPrefix + ".outbox-relay.progress";

    /// <summary>How long PostgreSQL transactions are gathered into one Kafka transaction.</summary>
    [Setting("--linger", "Relay:Linger", "how long PostgreSQL transactions are gathered into one Kafka transaction")]
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Most rows in one Kafka transaction. A larger PostgreSQL transaction is sent in parts.</summary>
    [Setting("--rows", "Relay:Rows", "most rows in one Kafka transaction; a larger PostgreSQL transaction is sent"
        + " in parts")]
    public int RowsMax { get; set; } = 5_000;

    /// <summary>How often progress is noted while no rows come, so that PostgreSQL may drop its log.</summary>
    [Setting("--heartbeat", "Relay:Heartbeat", "how often progress is noted while no rows come")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Transaction timeout: how long a dead relay can hold up readers.</summary>
    [Setting("--transaction-timeout", "Relay:TransactionTimeout", "how long a dead relay can hold up readers")]
    public TimeSpan TransactionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Sends, once, the rows that Kafka lacks, and takes the slot as it is from then on.</summary>
    [Setting("--repair", "Relay:Repair", "send the rows that Kafka lacks (compared by id), then go on from the"
        + " slot as it is")]
    public bool Repair { get; set; }

    /// <summary>Same at every start of this slot's relay, so that a new one fences the old one.</summary>
    public string TransactionalId => Slot + "-relay";
}
