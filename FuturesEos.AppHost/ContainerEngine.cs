using System.ComponentModel;
using System.Diagnostics;

namespace FuturesEos.AppHost;

/// <summary>Whether a container engine answers on this machine.</summary>
internal static class ContainerEngine
{
    /// <summary>The variable by which Aspire is told which engine to use.</summary>
    private const string RuntimeVariable = "ASPIRE_CONTAINER_RUNTIME";

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    /// <summary>Asks Docker, then Podman, unless the user's environment names one; two seconds in all.</summary>
    /// <returns>The engine and its version, or why there is none.</returns>
    public static async Task<(string? Engine, string Answer)> AskAsync()
    {
        using var deadline = new CancellationTokenSource(AnswerWithin);
        var named = Environment.GetEnvironmentVariable(RuntimeVariable);
        var refusals = new List<string>();
        foreach (var engine in string.IsNullOrEmpty(named) ? (string[])["docker", "podman"] : [named])
        {
            var (version, refusal) = await VersionAsync(engine, deadline.Token);
            if (version is null)
            {
                refusals.Add($"{engine}: {refusal}");
                continue;
            }

            // Aspire looks for Docker first: it must take the one that answered
            Environment.SetEnvironmentVariable(RuntimeVariable, engine);
            return (engine, $"{engine} {version} answers");
        }

        return (null, string.Join("; ", refusals));
    }

    private static async Task<(string? Version, string Refusal)> VersionAsync(
        string engine, CancellationToken cancellation)
    {
        try
        {
            using var info = Process.Start(new ProcessStartInfo(engine, ["info", "--format", FormatOf(engine)])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            try
            {
                var output = info.StandardOutput.ReadToEndAsync(cancellation);
                var errors = info.StandardError.ReadToEndAsync(cancellation);
                await info.WaitForExitAsync(cancellation);
                var version = (await output).Trim();
                return info.ExitCode == 0 && version.Length > 0
                    ? (version, "") : (null, FirstLine(await errors, $"'{engine} info' ended with {info.ExitCode}"));
            }
            catch (OperationCanceledException)
            {
                info.Kill(entireProcessTree: true);
                return (null, $"no answer within {AnswerWithin.TotalSeconds:0} s");
            }
        }
        catch (Win32Exception)
        {
            return (null, "not installed");
        }
    }

    private static string FormatOf(string engine) => engine == "podman" ? "{{.Version.Version}}" : "{{.ServerVersion}}";

    private static string FirstLine(string text, string otherwise) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault()
            ?? otherwise;
}
