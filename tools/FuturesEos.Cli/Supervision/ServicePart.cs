using System.Diagnostics;
using System.Text.Json;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// A service as a child process. It holds a pipe of ours as standard input and stops when that ends: when we close it,
/// and when we die, however that comes.
/// </summary>
internal sealed class ServicePart(ServicePlan plan, string logFolder) : Part
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private static readonly Dictionary<int, string> Signals = new()
    {
        [128 + 6] = "SIGABRT", [128 + 9] = "SIGKILL", [128 + 11] = "SIGSEGV", [128 + 15] = "SIGTERM",
    };

    private Process? _process;
    private Task<RunEnd> _ended = Task.FromResult(new RunEnd(ExitCode.Ok, "not started"));

    public override string Name => plan.Name;

    public override int? Pid => _ended.IsCompleted ? null : _process?.Id;

    public override string? Address => plan.Address;

    public override string? Metrics => $"http://{plan.HttpAddress}/metrics";

    public override Task<RunEnd> Ended => _ended;

    public override Task StartAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(plan.Executable, [.. plan.Arguments, "--http", plan.HttpAddress])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // another program's endpoints: Kestrel would listen there, and not where the part is asked for its health
        foreach (var name in start.Environment.Keys.Where(IsEndpoint).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in plan.Environment) start.Environment[name] = value;
        start.Environment[ServiceHost.SupervisedVariable] = "1";
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw ExpectedFailure.Unreachable($"{plan.Executable} cannot be run: {e.Message}", e);
        }

        _ended = FollowAsync(_process);
        return Task.CompletedTask;
    }

    public override async Task<PartHealth> AskHealthAsync(CancellationToken cancellation)
    {
        try
        {
            using var alive = await Http.GetAsync($"http://{plan.HttpAddress}/alive", cancellation);
            using var health = await Http.GetAsync($"http://{plan.HttpAddress}/health", cancellation);
            using var answer = JsonDocument.Parse(await health.Content.ReadAsStringAsync(cancellation));
            var state = answer.RootElement.GetProperty("state").GetString() ?? "";
            return new PartHealth(alive.IsSuccessStatusCode, health.IsSuccessStatusCode, state);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException
            || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return new PartHealth(false, false, "does not answer yet");
        }
    }

    public override async Task StopAsync()
    {
        if (_process is null || _ended.IsCompleted) return;
        _process.StandardInput.Close();
        if (await Task.WhenAny(_ended, Task.Delay(StopPatience)) != _ended) Kill();
        await _ended;
    }

    public override Task EndRunAsync() => StopAsync();

    public override void Kill() => _process?.Kill();

    // Kestrel__Endpoints__NAME__Url, and with the prefixes of ASP.NET Core's host
    private static bool IsEndpoint(string variable) =>
        variable.Contains("Kestrel__", StringComparison.OrdinalIgnoreCase);

    private async Task<RunEnd> FollowAsync(Process process)
    {
        using var log = new ChildLog(logFolder, plan.Name);
        var copied = log.Follow(process);
        await process.WaitForExitAsync();
        // a grandchild could hold the pipe's other end: its last words are awaited, but not long
        await Task.WhenAny(copied, Task.Delay(TimeSpan.FromSeconds(1)));
        var code = process.ExitCode;
        return new RunEnd(code, Signals.TryGetValue(code, out var signal)
            ? $"ended by {signal}" : $"ended with {code}: {log.LastWords}", log.LastWords);
    }
}
