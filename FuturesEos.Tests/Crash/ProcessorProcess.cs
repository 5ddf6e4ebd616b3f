using System.Diagnostics;
using System.Text;
using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>A signal processor as users run it: the built executable, a process of its own.</summary>
internal sealed class ProcessorProcess : IAsyncDisposable
{
    public const int Killed = 128 + 9;

    private readonly Process _process;
    private readonly StringBuilder _log = new();

    public ProcessorProcess(
        string bootstrap, string application, string prefix, string folder, StoreKind store, string? crash = null, params string[] more)
    {
        var options = new Dictionary<string, string>
        {
            ["--bootstrap-servers"] = bootstrap, ["--application-id"] = application, ["--output-prefix"] = prefix, ["--state-dir"] = folder,
            ["--store"] = store.ToString(), ["--commit-interval"] = "30ms", ["--session-timeout"] = "6s", ["--transaction-timeout"] = "5s",
        };
        for (var i = 0; i < more.Length; i += 2) options[more[i]] = more[i + 1];
        var start = new ProcessStartInfo(Executable(), options.SelectMany(o => new[] { o.Key, o.Value }))
        { RedirectStandardError = true, RedirectStandardOutput = true };
        if (crash is not null) start.Environment["FUTURES_EOS_CRASH_POINT"] = crash;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Waits until it has stopped itself at its crash point.</summary>
    public Task StopsItselfAsync() => Eventually.True(
        () => !_process.HasExited && File.ReadAllText($"/proc/{_process.Id}/stat").Split(") ")[^1][0] == 'T', Deadline.InSeconds(60), $"it stops itself: {Log}");

    /// <summary>Waits until it is dead by its crash point; one that stopped otherwise did not inject its fault.</summary>
    public async Task DiesAsync(CrashWay way = CrashWay.Kill)
    {
        await ExitAsync();
        if (way == CrashWay.Kill)
            Assert.True(_process.ExitCode == Killed, $"not killed but ended with {_process.ExitCode}: {Log}");
        else
            Assert.True(_process.ExitCode == 1 && Log.Contains("thrown at", StringComparison.Ordinal), $"not thrown but ended with {_process.ExitCode}: {Log}");
    }

    public async Task StopsAsync()
    {
        Signal("TERM");
        await ExitAsync();
        Assert.True(_process.ExitCode == 0, $"ended with {_process.ExitCode}: {Log}");
    }

    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal("CONT");
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ExitAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"the processor still runs after 90 s: {Log}");
        }
    }

    private void Note(string? line)
    {
        lock (_log) _log.AppendLine(line);
    }

    // artifacts/bin/FuturesEos.Tests/release -> artifacts/bin/FuturesEos.SignalProcessor/release
    private static string Executable()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var path = Path.Combine(own.Parent!.Parent!.FullName, "FuturesEos.SignalProcessor", own.Name, "FuturesEos.SignalProcessor");
        Assert.True(File.Exists(path), $"{path} is not built");
        return path;
    }
}
