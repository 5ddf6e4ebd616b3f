using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>
/// Writes outbox rows until it is stopped: transactions of one to eight rows, of ten keys, numbered in the order of
/// their commits.
/// </summary>
internal sealed class OutboxWriter : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private int _rows;

    public OutboxWriter(string database) => _writing = Task.Run(() => WriteAsync(database));

    /// <summary>Committed so far.</summary>
    public int Rows => Volatile.Read(ref _rows);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task WriteAsync(string database)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var n = 0; !_stop.IsCancellationRequested; n++)
        {
            var rows = 1 + (n % 8);
            await PostgresForTests.ExecuteAsync(database, RelayRig.InsertSql(rows, _rows, $"md5('{n % 10}')::uuid"));
            Interlocked.Add(ref _rows, rows);
            await pace.WaitForNextTickAsync();
        }
    }
}
