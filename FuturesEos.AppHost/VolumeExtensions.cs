using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FuturesEos.AppHost;

/// <summary>Keeps a volume to one container.</summary>
internal static class VolumeExtensions
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Starts the container when no other one runs on the volume. Containers of an AppHost that was stopped or killed
    /// run on for some ten seconds, until Aspire's orchestrator has removed them; a second PostgreSQL on the same files
    /// would not notice the first (both are process 1 of their container) and ruin them.
    /// </summary>
    public static IResourceBuilder<T> WithSoleUseOf<T>(this IResourceBuilder<T> container, string volume)
        where T : ContainerResource
    {
        var runtime = container.ApplicationBuilder.Configuration["ASPIRE_CONTAINER_RUNTIME"] ?? "docker";
        return container.OnBeforeResourceStarted((resource, start, cancellation) => WaitUntilFreeAsync(
            runtime, volume, start.Services.GetRequiredService<ResourceLoggerService>().GetLogger(resource),
            cancellation));
    }

    private static async Task WaitUntilFreeAsync(
        string runtime, string volume, ILogger logger, CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var isFirst = true; await UserAsync(runtime, volume, cancellation) is { } user; isFirst = false)
        {
            if (isFirst) logger.VolumeInUse(volume, user);
            if (Stopwatch.GetElapsedTime(begin) > Patience)
            {
                throw new InvalidOperationException(
                    $"container {user} of another start still runs on volume {volume} after "
                        + $"{Patience.TotalSeconds:0} s; stop that AppHost, or: {runtime} rm --force {user}");
            }

            await Task.Delay(AskEvery, cancellation);
        }
    }

    private static async Task<string?> UserAsync(string runtime, string volume, CancellationToken cancellation)
    {
        try
        {
            using var list = Process.Start(new ProcessStartInfo(
                runtime, ["ps", "--filter", $"volume={volume}", "--format", "{{.Names}}"])
            {
                RedirectStandardOutput = true,
            })!;
            var names = await list.StandardOutput.ReadToEndAsync(cancellation);
            return names.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        }
        catch (Win32Exception)
        {
            return null; // no such program: Aspire says so
        }
    }
}
