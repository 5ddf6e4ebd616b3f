using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker;

/// <summary>The broker in a process of its own, so that it can be killed in the middle of anything.</summary>
/// <param name="folder">Its data; by default a folder of its own.</param>
/// <param name="limits">What the shell sets before it becomes the broker: <c>ulimit -n 300</c>.</param>
internal sealed class BrokerProcess(string? folder = null, string? limits = null) : IAsyncDisposable
{
    private readonly StringBuilder _log = new();
    private readonly string _folder = folder ?? Path.Combine(Path.GetTempPath(), "eos-broker-" + Guid.NewGuid().ToString("N"));
    private readonly int _port = FreePort.Choose();
    private Process? _process;

    public string BootstrapServers => $"127.0.0.1:{_port}";

    public int Kills { get; private set; }

    /// <summary>Bytes of its memory that are resident.</summary>
    public long WorkingSet
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>What it has said, on both its outputs.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    public bool IsRunning => _process is { HasExited: false };

    public async Task StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "FuturesEos.Cli");
        string[] command = [program, "run", "broker", "--data", _folder, "--port", $"{_port}"];
        if (limits is not null) command = ["bash", "-c", $"{limits}; exec \"$@\"", "broker", .. command];
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Eventually.True(async () =>
        {
            Xunit.Assert.False(_process.HasExited, $"the broker did not start: {Log}");
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, _port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    /// <summary>SIGKILL, then a new process on the same folder and port.</summary>
    public async Task KillAndStartAsync()
    {
        await CommandAsync("kill");
        await CommandAsync("boot");
    }

    /// <summary>What words do to a node of a cluster: <c>kill</c>, <c>boot</c>, <c>pause</c>, <c>resume</c>.</summary>
    public async Task CommandAsync(string what)
    {
        switch (what)
        {
            case "kill":
                await KillAsync();
                Kills++;
                break;
            case "boot":
                await StartAsync();
                break;
            default:
                ChildProgram.Signal(_process!.Id, what == "pause" ? "STOP" : "CONT");
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private void Note(string? line)
    {
        lock (_log) _log.AppendLine(line);
    }

    private async Task KillAsync()
    {
        if (_process is null)
            return;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }
}
