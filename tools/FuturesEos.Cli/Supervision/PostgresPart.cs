using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using Npgsql;

namespace FuturesEos.Cli.Supervision;

/// <summary>The private PostgreSQL as a supervised process.</summary>
internal sealed class PostgresPart(PrivatePostgres server) : Part, IAsyncDisposable
{
    private readonly NpgsqlDataSource _probe = Probe(server.ConnectionString);
    private Task _exited = server.Exited;
    private int _pid = server.Pid;
    private bool _isFirstRun = true;
    private bool _isStopped;

    public override string Name => "postgres";

    public override int? Pid => _exited.IsCompleted ? null : _pid;

    public override string Address => server.Address;

    public override string? Metrics => null;

    public override Task<RunEnd> Ended => EndedAsync(_exited);

    /// <summary>
    /// The first run was started with the object: its port and password had to be known before anything else.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellation)
    {
        if (!_isFirstRun) await server.RestartAsync(cancellation);
        _isFirstRun = false;
        (_exited, _pid) = (server.Exited, server.Pid);
    }

    public override async Task<PartHealth> AskHealthAsync(CancellationToken cancellation)
    {
        try
        {
            await using var command = _probe.CreateCommand("SELECT 1");
            await command.ExecuteNonQueryAsync(cancellation);
            return new PartHealth(true, true, "running");
        }
        catch (NpgsqlException e)
        {
            return new PartHealth(false, false, ServiceHost.Explain(e).Message);
        }
    }

    public override async Task StopAsync()
    {
        if (_isStopped) return;
        _isStopped = true;
        await _probe.DisposeAsync();
        await server.DisposeAsync();
    }

    public override Task EndRunAsync() => server.InterruptAsync();

    public override void Kill() => server.Kill();

    public async ValueTask DisposeAsync() => await StopAsync();

    // no traces: one a second would hide all others
    private static NpgsqlDataSource Probe(string connectionString) =>
        new NpgsqlDataSourceBuilder(connectionString)
        {
            ConnectionStringBuilder = { MaxPoolSize = 1, Timeout = 2, CommandTimeout = 2 },
        }.ConfigureTracing(tracing => tracing.ConfigureCommandFilter(_ => false)).Build();

    private async Task<RunEnd> EndedAsync(Task exited)
    {
        await exited;
        return new RunEnd(ExitCode.CheckFailed, $"the server has ended (its log: {server.LogFile})");
    }
}
