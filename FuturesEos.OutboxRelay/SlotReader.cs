using System.Threading.Channels;
using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.PgOutput;
using Npgsql.Replication.PgOutput.Messages;
using NpgsqlTypes;

namespace FuturesEos.OutboxRelay;

/// <summary>
/// Reads the slot: pgoutput messages to <see cref="LogItem"/>s. The slot is held from <see cref="OpenAsync"/> to the
/// end; nobody else can read it meanwhile.
/// </summary>
internal sealed class SlotReader : IAsyncDisposable
{
    private const int ItemsMax = 4_096;
    private const long BytesMax = 4 << 20;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan IdleAfter = TimeSpan.FromSeconds(1);
    private readonly LogicalReplicationConnection _connection;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<LogItem> _items = Channel.CreateBounded<LogItem>(
        new BoundedChannelOptions(ItemsMax) { SingleReader = true, SingleWriter = true });

    private readonly ByteBudget _bytes = new(BytesMax);
    private Task _pump = Task.CompletedTask;

    private SlotReader(LogicalReplicationConnection connection) => _connection = connection;

    /// <summary>Which server this is, and how far its log goes.</summary>
    public ReplicationSystemIdentification System { get; private set; } = null!;

    public ChannelReader<LogItem> Items => _items.Reader;

    /// <summary>An item was dealt with: there is room for others.</summary>
    public void Done(LogItem item) => _bytes.Give(item.Entry?.Bytes ?? 0);

    /// <summary>Connects and takes the slot; streaming starts where the slot was last confirmed.</summary>
    /// <exception cref="PostgresException">55006: another holds the slot.</exception>
    public static async Task<SlotReader> OpenAsync(
        NpgsqlConnection query, OutboxRelayOptions options, string connectionString, CancellationToken cancellation)
    {
        var reader = new SlotReader(new LogicalReplicationConnection(connectionString)
        {
            WalReceiverStatusInterval = TimeSpan.FromSeconds(5),
            WalReceiverTimeout = TimeSpan.FromSeconds(30),
        });
        try
        {
            await reader._connection.Open(cancellation);
            reader.System = await reader._connection.IdentifySystem(cancellation);
            var process = reader._connection.ProcessID;
            reader._pump = reader.PumpAsync(options.Slot, options.Publication);
            while (!await IsHeldByAsync(query, options.Slot, process, cancellation))
            {
                await Task.WhenAny(reader._pump, Task.Delay(AskEvery, cancellation));
                cancellation.ThrowIfCancellationRequested();
                if (!reader._pump.IsCompleted)
                    continue;
                await reader._pump; // says why
                throw new NpgsqlException("PostgreSQL ended the replication stream");
            }

            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Tells PostgreSQL that everything before this position is safe; it may drop that part of its log.
    /// </summary>
    public async Task ConfirmAsync(NpgsqlLogSequenceNumber position, CancellationToken cancellation)
    {
        try
        {
            _connection.SetReplicationStatus(position);
            await _connection.SendStatusUpdate(cancellation);
        }
        catch (Exception ended) when (ended is InvalidOperationException or NullReferenceException)
        {
            // What Npgsql says of a stream that has broken meanwhile: it is not streaming, or the timer that it sets
            // anew after a status (ReplicationConnection.SendFeedback) is gone. The rows are in Kafka: the next
            // session finds them there.
            throw new NpgsqlException("the replication stream has ended", ended);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _pump;
        }
        catch (Exception ended) when (ended is OperationCanceledException or NpgsqlException or IOException
            or ChannelClosedException)
        {
            // it was cancelled, or had failed before: whoever read the items knows
        }

        await _connection.DisposeAsync();
        _stop.Dispose();
        _bytes.Dispose();
    }

    // The stream itself answers only with the first message, which on a quiet server may take long.
    private static async Task<bool> IsHeldByAsync(
        NpgsqlConnection query, string slot, int process, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FROM pg_replication_slots WHERE slot_name = $1 AND active_pid = $2", query);
        command.Parameters.Add(new() { Value = slot });
        command.Parameters.Add(new() { Value = process });
        return (long)(await command.ExecuteScalarAsync(cancellation))! == 1;
    }

    private async Task PumpAsync(string slotName, string publication)
    {
        try
        {
            var slot = new PgOutputReplicationSlot(slotName);
            var options = new PgOutputReplicationOptions(publication, PgOutputProtocolVersion.V1, binary: true);
            await using var messages = _connection.StartReplication(slot, options, _stop.Token)
                .GetAsyncEnumerator(_stop.Token);
            await ReadAsync(messages);
            _items.Writer.Complete(new NpgsqlException("PostgreSQL ended the replication stream"));
        }
        catch (Exception failure)
        {
            _items.Writer.TryComplete(failure);
            throw;
        }
    }

    // Idle positions: when no message is pending and no transaction is open, all that the server has announced (its
    // keep-alives carry how far it has decoded) held nothing for us. This is what lets a quiet outbox on a busy
    // server release the log; a position taken while rows are on their way would confirm them unsent.
    private async Task ReadAsync(IAsyncEnumerator<PgOutputReplicationMessage> messages)
    {
        var columns = new OutboxColumns();
        var isInTransaction = false;
        var lastIdle = default(NpgsqlLogSequenceNumber);
        while (true)
        {
            var next = messages.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                await Task.WhenAny(next, Task.Delay(IdleAfter, _stop.Token));
                if (_stop.IsCancellationRequested)
                    await next; // cancelled too; the stream must not be disposed of while it is being read
                if (next.IsCompleted || isInTransaction || _connection.LastReceivedLsn <= lastIdle)
                    continue;
                lastIdle = _connection.LastReceivedLsn;
                await _items.Writer.WriteAsync(new LogItem(LogItemKind.Idle, lastIdle), _stop.Token);
            }

            if (!await next)
                return;
            if (await columns.ReadAsync(messages.Current, _stop.Token) is not { } item)
                continue;
            isInTransaction = item.Kind != LogItemKind.Commit;
            await _bytes.TakeAsync(item.Entry?.Bytes ?? 0, _stop.Token);
            await _items.Writer.WriteAsync(item, _stop.Token);
        }
    }
}
