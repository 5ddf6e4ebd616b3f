using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary><c>eos run postgres</c>: a private PostgreSQL server as a service of its own process.</summary>
internal static class PostgresService
{
    private const string Usage = "eos run postgres: a private PostgreSQL server on 127.0.0.1, until SIGTERM";
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    public static Task<int> RunAsync(string[] arguments) =>
        ServiceHost.RunAsync<PostgresOptions>(arguments, Usage, RunAsync);

    private static async Task<int> RunAsync(ServiceContext<PostgresOptions> context, CancellationToken stop)
    {
        var options = new PrivatePostgresOptions { DataFolder = context.Options.Data, Port = context.Options.Port };
        var server = await PrivatePostgres.StartAsync(options, context.Time, stop);
        await using var part = new PostgresPart(server); // stops the server
        Console.WriteLine($"PostgreSQL listens on {server.Address}; its data, password and log are in {server.Folder}");
        while (!server.Exited.IsCompleted)
        {
            var health = await part.AskHealthAsync(stop);
            if (health.IsHealthy) context.Health.Ready();
            else context.Health.NotReady(health.State);
            await Task.WhenAny(server.Exited, Task.Delay(ProbeEvery, context.Time, stop)).Unwrap();
        }

        throw ExpectedFailure.Unreachable($"the server has ended; its log: {server.LogFile}");
    }
}
