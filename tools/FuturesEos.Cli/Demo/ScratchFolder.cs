using System.Security.Cryptography;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Demo;

/// <summary>
/// A folder for one run: nobody else's, reachable for the user that runs the database, gone afterwards.
/// </summary>
internal sealed class ScratchFolder : IDisposable
{
    private ScratchFolder()
    {
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(),
            "futures-eos-demo-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
        Directory.CreateDirectory(Path);
        if (!OperatingSystem.IsWindows())
        {
            // others may pass, not look: the database runs as a user of its own where we are root
            const UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            File.SetUnixFileMode(Path, all | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
    }

    /// <summary>Absolute.</summary>
    private string Path { get; }

    private bool IsKept { get; set; }

    /// <summary>A run in a folder of its own, which stays when that is wanted and when the run was not good.</summary>
    /// <param name="keep">Whether it stays in any case.</param>
    /// <param name="say">Told where it is, when it stays.</param>
    /// <param name="run">Gets the folder; tells whether it was good.</param>
    /// <returns>0 only if it was.</returns>
    public static async Task<int> RunAsync(bool keep, Action<string> say, Func<string, Task<bool>> run)
    {
        using var scratch = new ScratchFolder { IsKept = keep };
        try
        {
            if (await run(scratch.Path)) return ExitCode.Ok;
            scratch.IsKept = true;
            return ExitCode.CheckFailed;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            scratch.IsKept = true; // what the processes said is there
            throw;
        }
        finally
        {
            if (scratch.IsKept) say($"kept: {scratch.Path}, with the processes' logs in logs/");
        }
    }

    public void Dispose()
    {
        if (!IsKept) Directory.Delete(Path, recursive: true);
    }
}
