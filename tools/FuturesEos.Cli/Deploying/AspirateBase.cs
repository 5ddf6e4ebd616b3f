using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Deploying;

/// <summary>
/// What <c>aspirate generate --disable-secrets --skip-build --image-pull-policy IfNotPresent</c> (9.1.0) makes of the
/// AppHost's manifest, by its templates: a folder a project, in the manifest's order, then the namespace. For projects
/// with http bindings and literal connection strings, which is all that the manifest has; anything else is refused.
/// </summary>
internal static partial class AspirateBase
{
    /// <summary>Path below <c>apps/base</c> and text of each file.</summary>
    /// <exception cref="ExpectedFailure">The manifest has something that this does not know.</exception>
    public static IEnumerable<(string Path, string Text)> Files(string manifest)
    {
        var resources = JsonNode.Parse(manifest)!["resources"]!.AsObject();
        var projects = resources.Where(resource => TypeOf(resource.Value) == "project.v0")
            .Select(resource => resource.Key).ToList();
        foreach (var (name, resource) in resources.Where(r => TypeOf(r.Value) is not ("project.v0" or "value.v0")))
            throw Refused($"{name} is a {TypeOf(resource)}: only projects and values are published");
        foreach (var name in projects)
        {
            yield return (Path.Combine(name, "deployment.yaml"), Deployment(name, resources));
            yield return (Path.Combine(name, "service.yaml"), Service(name, resources));
            yield return (Path.Combine(name, "kustomization.yaml"), Component(name, resources));
        }

        yield return ("namespace.yaml",
            $"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {DeployFolder.Namespace}\n");
        yield return ("kustomization.yaml",
            $"namespace: {DeployFolder.Namespace}\n\nresources:\n{string.Concat(projects.Append("namespace.yaml").Select(name => $"- {name}\n"))}\n"
            + "generatorOptions:\n  disableNameSuffixHash: true\n");
    }

    private static string Deployment(string name, JsonObject resources) => $"""
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {name}
          labels:
            app: {name}
        spec:
          minReadySeconds: 60
          replicas: 1
          selector:
            matchLabels:
              app: {name}
          strategy:
            type: Recreate
          template:
            metadata:
              labels:
                app: {name}
            spec:
              containers:
              - name: {name}
                image: {name}:latest
                imagePullPolicy: IfNotPresent
                ports:
        {string.Join('\n', Bindings(name, resources).Select(b => $"        - name: {b.Name}\n          containerPort: {b.Port}"))}
                envFrom:
                - configMapRef:
                    name: {name}-env
              terminationGracePeriodSeconds: 180

        """.ReplaceLineEndings("\n");

    private static string Service(string name, JsonObject resources) => $"""
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: {name}
        spec:
          type: ClusterIP
          selector:
            app: {name}
          ports:
        {string.Join('\n', Bindings(name, resources).Select(b => $"  - name: {b.Name}\n    port: {b.Port}\n    targetPort: {b.Port}"))}

        """.ReplaceLineEndings("\n");

    private static string Component(string name, JsonObject resources)
    {
        var text = new StringBuilder(
            "resources:\n- deployment.yaml\n- service.yaml\n\ngeneratorOptions:\n  disableNameSuffixHash: true\n\n");
        text.Append("configMapGenerator:\n- name: ").Append(name).Append("-env\n  literals:\n");
        foreach (var (variable, value) in Tree.Map(resources, name, "env"))
            text.Append("    - ").Append(variable).Append('=').Append(Resolve(value, resources)).Append('\n');
        return text.Append("    - ASPNETCORE_URLS=http://+:8080;\n").ToString();
    }

    private static List<(string Name, string Port)> Bindings(string name, JsonObject resources) =>
        [.. ((JsonObject)resources[name]!["bindings"]!).Select(
            binding => (binding.Key, Port(binding.Key, binding.Value)))];

    // a binding without a port of its own gets 8080; a second one for https, which nobody serves here, is refused
    private static string Port(string binding, JsonNode? value) => binding == "http"
        ? Tree.Text(value, "targetPort") ?? "8080"
        : throw Refused($"binding {binding}: only http is served");

    private static string Resolve(string value, JsonObject resources) => Expression()
        .Replace(value, match => match.Groups[1].Value.Split('.') switch
    {
        [var name, "connectionString"] when Tree.Text(resources, name, "connectionString") is { } text =>
            Resolve(text, resources),
        [var name, "bindings", var binding, "targetPort"] =>
            Port(binding, Tree.At(resources, name, "bindings", binding)),
        _ => throw Refused($"{match.Value} is not known here; a secret would stand in plain text in a ConfigMap"),
    });

    private static string TypeOf(JsonNode? resource) => Tree.Text(resource, "type") ?? "resource without a type";

    private static ExpectedFailure Refused(string what) =>
        new(ExitCode.CheckFailed, "deploy/aspire/manifest.json: " + what);

    [GeneratedRegex(@"\{([^{}]+)\}")]
    private static partial Regex Expression();
}
