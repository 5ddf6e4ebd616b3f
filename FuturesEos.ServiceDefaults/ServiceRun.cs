using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults;

/// <summary>Runs the application of a service to its end.</summary>
public static class ServiceRun
{
    /// <summary>The version of all services.</summary>
    internal static string Version => typeof(ServiceRun).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>
    /// Runs until it is stopped or a <see cref="BackgroundService"/> has failed; its failure is the application's.
    /// </summary>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static Task<int> RunServiceAsync(this WebApplication application) => RunAsync(application, async () =>
    {
        await application.WaitForShutdownAsync();
        foreach (var service in application.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true } failed) await failed;
        }
    });

    /// <summary>Does one thing within the started application, and stops it.</summary>
    /// <param name="application">Its options are checked and signals stop it, as those of a service.</param>
    /// <param name="work">Gets the services, and what says that it is to stop.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static Task<int> RunOnceAsync(
        this WebApplication application, Func<IServiceProvider, CancellationToken, Task> work) =>
        RunAsync(application, async () =>
        {
            await work(application.Services, application.Lifetime.ApplicationStopping);
            await application.StopAsync();
        });

    private static async Task<int> RunAsync(WebApplication application, Func<Task> run)
    {
        await using var disposed = application;
        var service = application.Environment.ApplicationName;
        var logger = application.Services.GetRequiredService<ILoggerFactory>().CreateLogger(service);
        var stopping = application.Lifetime.ApplicationStopping;
        logger.ServiceStarts(service, Version, Environment.ProcessId);
        try
        {
            await StartAsync(application);
            var server = application.Services.GetRequiredService<IServer>();
            foreach (var url in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
                logger.HealthAt(url.Replace("http://", "", StringComparison.Ordinal));
            await run();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // it was to stop
        }
        catch (Exception e) // whatever it was: a sentence and an exit code
        {
            return ServiceHost.Report(e, logger);
        }

        logger.Stopped();
        return application.Services.GetService<IHostLifetime>() is ServiceLifetime { WasInterrupted: true }
            ? ExitCode.Interrupted : ExitCode.Ok;
    }

    private static async Task StartAsync(WebApplication application)
    {
        try
        {
            await application.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or FormatException)
        {
            var address = application.Configuration[HttpListener.AddressKey] ?? application.Configuration["urls"];
            throw ExpectedFailure.Unreachable($"--http {address}: {e.Message}; choose another port", e);
        }
    }
}
