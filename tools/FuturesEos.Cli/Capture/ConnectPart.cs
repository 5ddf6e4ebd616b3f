using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using FuturesEos.Cli.Supervision;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using FuturesEos.Topology;
using Npgsql;

namespace FuturesEos.Cli.Capture;

/// <summary>
/// A Kafka Connect worker with Debezium as a supervised process; it goes when we go, however that comes.
/// </summary>
/// <param name="folder">For its settings.</param>
/// <param name="logFolder">For what it says.</param>
/// <param name="bootstrapServers">The brokers.</param>
/// <param name="postgres">The database: Debezium's login.</param>
/// <param name="connector">What it keeps running, by name; none: whoever wants one registers it.</param>
internal sealed class ConnectPart(
    string folder, string logFolder,
    string bootstrapServers, string postgres, (string Name, string Configuration)? connector = null) : Part
{
    /// <summary>
    /// Java does not look at its standard input: this does, kills it when that ends, and ends as it ends.
    /// </summary>
    private const string Guard = """
        exec 3<&0
        "$@" < /dev/null 3<&- & child=$!
        echo $child
        ( read -r _ <&3; kill -9 $child ) 2> /dev/null &
        watch=$!
        wait $child; code=$?
        kill $watch 2> /dev/null; exit $code
        """;

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);
    private readonly int _port = FreePort.Choose();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private Process? _guard;
    private int _pid;
    private Task<RunEnd> _ended = Task.FromResult(new RunEnd(ExitCode.Ok, "not started"));

    public override string Name => "connect";

    public override int? Pid => _ended.IsCompleted ? null : _pid;

    public override string Address => $"127.0.0.1:{_port}";

    public override string? Metrics => null;

    public override Task<RunEnd> Ended => _ended;

    /// <summary>Its REST interface.</summary>
    public ConnectClient Client => new(_http, TimeProvider.System, Rest);

    private Uri Rest => new($"http://{Address}");

    public override async Task StartAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", Guard, "guard", .. Command(await WriteSettingsAsync(cancellation))])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var database = new NpgsqlConnectionStringBuilder(postgres);
        start.Environment[ConnectWorker.Database.Host] = database.Host!;
        start.Environment[ConnectWorker.Database.Port] = database.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment[ConnectWorker.Database.Name] = database.Database!;
        start.Environment[ConnectWorker.Database.User] = database.Username!;
        start.Environment[ConnectWorker.Database.Password] = database.Password ?? "";
        _guard = Process.Start(start)!;
        _pid = int.Parse((await _guard.StandardOutput.ReadLineAsync(cancellation))!, CultureInfo.InvariantCulture);
        _ended = FollowAsync(_guard);
    }

    public override async Task<PartHealth> AskHealthAsync(CancellationToken cancellation)
    {
        try
        {
            using var alive = await _http.GetAsync(Rest, cancellation);
            if (!alive.IsSuccessStatusCode) return new PartHealth(false, false, $"answers {(int)alive.StatusCode}");
            if (connector is not { } kept) return new PartHealth(true, true, "running");
            return await AskConnectorAsync(kept.Name, kept.Configuration, cancellation);
        }
        catch (Exception e)
            when (e is HttpRequestException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return new PartHealth(false, false, "does not answer yet");
        }
    }

    public override async Task StopAsync()
    {
        await EndRunAsync();
        _http.Dispose();
    }

    public override async Task EndRunAsync()
    {
        if (_guard is null || _ended.IsCompleted) return;
        Signal("TERM");
        if (await Task.WhenAny(_ended, Task.Delay(StopPatience)) != _ended) Kill();
        await _ended;
    }

    public override void Kill() => Signal("KILL");

    // What operators of Connect do, and Strimzi by itself (autoRestart): a task that failed with its database or broker
    // stays failed.
    private async Task<PartHealth> AskConnectorAsync(string name, string configuration, CancellationToken cancellation)
    {
        try
        {
            var (isRunning, state) = await Client.StateAsync(name, cancellation);
            if (!isRunning && state == ConnectClient.NotKnown) await Client.PutAsync(name, configuration, cancellation);
            return new PartHealth(true, isRunning, state);
        }
        catch (ConnectorFailedException failed)
        {
            using var _ = await _http.PostAsync(
                new Uri(Rest, $"/connectors/{name}/restart?includeTasks=true&onlyFailed=true"),
                new ByteArrayContent([]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
                cancellation);
            return new PartHealth(true, false, failed.Message);
        }
    }

    private void Signal(string name)
    {
        if (!_ended.IsCompleted)
            Process.Start("/bin/kill", ["-" + name, _pid.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
    }

    private async Task<string> WriteSettingsAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var shape = new ClusterShape(Math.Clamp(bootstrapServers.Split(',').Length, 1, 9));
        var settings = new Dictionary<string, string>(ConnectWorker.Settings(shape, bootstrapServers))
        {
            ["listeners"] = Rest.ToString().TrimEnd('/'),
            ["plugin.path"] = Path.Combine(JavaKafka.Folder, "plugins"),
        };
        var file = Path.Combine(folder, "connect.properties");
        await File.WriteAllLinesAsync(file, settings.Select(setting => $"{setting.Key}={setting.Value}"), cancellation);
        return file;
    }

    private static string[] Command(string settings) =>
    [
        "java", "-Xmx512m", "-Djava.awt.headless=true",
        $"-Dlog4j2.configurationFile={Path.Combine(JavaKafka.Folder, "tools-log4j2.yaml")}",
        "-cp", Path.Combine(JavaKafka.Folder, "libs", "*"), "org.apache.kafka.connect.cli.ConnectDistributed", settings,
    ];

    private async Task<RunEnd> FollowAsync(Process guard)
    {
        using var log = new ChildLog(logFolder, Name);
        var copied = log.Follow(guard);
        await guard.WaitForExitAsync();
        await Task.WhenAny(copied, Task.Delay(TimeSpan.FromSeconds(1)));
        return new RunEnd(guard.ExitCode, $"ended with {guard.ExitCode}: {log.LastWords}", log.LastWords);
    }
}
