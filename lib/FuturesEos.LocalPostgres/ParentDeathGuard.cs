using System.Diagnostics;
using System.Globalization;

namespace FuturesEos.LocalPostgres;

/// <summary>
/// Sees to it that the server does not outlive us, even when we are killed: a shell waits for a line on a pipe that
/// only we hold open. The line means all is well; the pipe's end without one means that we died, and the server gets
/// its fast shutdown.
/// </summary>
/// <remarks>
/// Not PR_SET_PDEATHSIG: that fires when the *thread* that started the child ends, and only Linux has it. On Windows
/// there is no guard: a server that was left behind is stopped by the next start on its folder.
/// </remarks>
internal sealed class ParentDeathGuard : IDisposable
{
    internal const string Script = "trap '' INT TERM HUP; read -r line || kill -INT \"$0\"";
    private readonly Process? _shell;

    public ParentDeathGuard(int serverPid)
    {
        if (OperatingSystem.IsWindows())
            return;
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, serverPid.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
        };
        _shell = Process.Start(start);
    }

    /// <summary>Only when the server is gone: afterwards nobody guards it.</summary>
    public void Dispose()
    {
        if (_shell is null)
            return;
        try
        {
            _shell.StandardInput.WriteLine("stopped");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // somebody killed the shell: there is nothing left to dismiss
        }

        _shell.Dispose();
    }
}
