using System.Text.Json;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>The published manifest, of which <c>deploy/apps/base</c> is made.</summary>
public class ManifestTests
{
    private const string Golden = "deploy/aspire/manifest.json";

    /// <summary>Another manifest is another deployment: EOS_WRITE=1 writes the file anew.</summary>
    [Fact]
    public async Task the_committed_manifest_is_what_aspire_publishes()
    {
        // paths in a manifest are relative to its own folder: one as deep as the committed file's
        var folder = Path.Combine(SourceTree.Root, "artifacts", "manifest");
        Directory.CreateDirectory(folder);
        var published = Path.Combine(folder, "manifest.json");
        var (code, data, talk) = await ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.AppHost"), ["--publisher", "manifest", "--output-path", published],
            deadline: Deadline.In(TimeSpan.FromMinutes(1)));
        Assert.True(code == 0, data + talk);
        var now = (await File.ReadAllTextAsync(published, TestContext.Current.CancellationToken))
            .ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("EOS_WRITE") == "1")
            File.WriteAllText(Path.Combine(SourceTree.Root, Golden), now);
        Assert.Equal(SourceTree.Read(Golden), now);
    }

    [Fact]
    public void every_project_is_there_and_every_expression_names_a_resource()
    {
        using var manifest = JsonDocument.Parse(SourceTree.Read(Golden));
        var resources = manifest.RootElement.GetProperty("resources");
        foreach (var resource in resources.EnumerateObject())
        {
            if (resource.Value.TryGetProperty("path", out var path))
                Assert.True(
                    File.Exists(Path.Combine(SourceTree.Root, "deploy/aspire", path.GetString()!)), path.GetString());
            if (!resource.Value.TryGetProperty("env", out var variables)) continue;
            foreach (var value in variables.EnumerateObject()
                .Select(v => v.Value.GetString()!).Where(v => v.StartsWith('{')))
            {
                var parts = value.Trim('{', '}').Split('.');
                var named = resources.GetProperty(parts[0]);
                Assert.True(parts[1] == "connectionString"
                    ? named.TryGetProperty(parts[1], out _) : named.TryGetProperty("bindings", out _), value);
            }
        }
    }

    [Fact]
    public void the_base_of_the_deployment_has_the_manifests_services_and_addresses()
    {
        foreach (var service in PublishedSystem.Services)
        {
            var folder = $"deploy/apps/base/{service.Name}";
            var lines = SourceTree.Read($"{folder}/kustomization.yaml");
            Assert.Contains($"{ServiceSettings.Kafka}={PublishedSystem.BootstrapServers}\n", lines);
            Assert.Equal(
                service.UsesDatabase, lines.Contains($"{ServiceSettings.Postgres}={PublishedSystem.Postgres}\n"));
            Assert.Contains(
                $"containerPort: {ServiceSettings.ContainerHttpPort}\n", SourceTree.Read($"{folder}/deployment.yaml"));
        }
    }
}
