using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Health;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FuturesEos.Cli.Supervision;

/// <summary><c>eos run postgres</c>: a private PostgreSQL server as a service of its own process.</summary>
internal sealed class PostgresService(IOptions<PostgresOptions> settings, ServiceHealth health, TimeProvider time)
    : BackgroundService
{
    private const string Section = "PrivatePostgres";
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    /// <summary>Its command line.</summary>
    public static ServiceCommand Command() =>
        new ServiceCommand("a private PostgreSQL server on 127.0.0.1, until SIGTERM").Takes<PostgresOptions>(Section);

    /// <summary>Runs it in this process.</summary>
    public static Task<int> RunAsync(string[] arguments) =>
        LocalService.RunAsync<PostgresService, PostgresOptions>(arguments, Command(), Section);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = new PrivatePostgresOptions { DataFolder = settings.Value.Data, Port = settings.Value.Port };
        var server = await PrivatePostgres.StartAsync(options, time, stoppingToken);
        await using var part = new PostgresPart(server); // stops the server
        Console.WriteLine($"PostgreSQL listens on {server.Address}; its data, password and log are in {server.Folder}");
        while (!server.Exited.IsCompleted)
        {
            var state = await part.AskHealthAsync(stoppingToken);
            if (state.IsHealthy) health.Ready();
            else health.NotReady(state.State);
            await Task.WhenAny(server.Exited, Task.Delay(ProbeEvery, time, stoppingToken)).Unwrap();
        }

        throw ExpectedFailure.Unreachable($"the server has ended; its log: {server.LogFile}");
    }
}
