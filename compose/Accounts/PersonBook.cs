using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sametime.Compose.Hosting;
using Sametime.Compose.Settings;
using Sametime.Contracts.Events;
using Sametime.Contracts.Providers;
using Sametime.Contracts.Wire;
using Sametime.Hub;
using Sametime.Services.Providers.Subjects;

namespace Sametime.Compose.Accounts;

/// <summary>What a person may ask of those who keep data on him: to be forgotten, and to be told. Every refusal is one clear sentence.</summary>
internal sealed class PersonBook(Store store, SubjectOptions options) : IAsyncDisposable
{
    public static async Task<PersonBook> OpenAsync(DataDirectory data, SettingOverrides line, CancellationToken stop)
    {
        var settings = ServerSettings.Load(data, line);
        if (!Store.Exists(data, settings))
        {
            throw new CommandException(ExitCode.NoSuchThing, $"there is no community in {data.Path}");
        }

        var source = new EventSource(settings.Get<HubOptions>("Hub").Number, Incarnation: 0);
        var store = await Store.OpenAsync(data, settings, source, NullLoggerFactory.Instance, stop);
        return new PersonBook(store, settings.Get<SubjectOptions>("Subjects"));
    }

    /// <summary>Forgets a user, or who once was one.</summary>
    public async Task EraseAsync(string id, CancellationToken stop)
    {
        var erasure = new Erasure(store.Persons, store.Directory, store.Events, store.LegalHolds, options, TimeProvider.System);
        var sentence = await erasure.EraseAsync(new UserId(id), Environment.UserName, stop) switch
        {
            Erased.NotFound => $"nothing is known of {id}",
            Erased.Held => $"{id} cannot be erased: a legal hold lies on him; sametime chatlog release ends it",
            Erased.NotHeard => $"user {id} is removed, but the servers have not heard of it yet (Subjects:EraseTimeout), so his keys are still there: run this again when they reach their broker",
            _ => null,
        };
        if (sentence is not null)
        {
            throw new CommandException(ExitCode.NoSuchThing, sentence);
        }
    }

    /// <summary>Everything that is held on a person, as JSON; what others said to him is theirs and hidden. That it was given out is stated.</summary>
    public async Task<JsonObject> ExportAsync(string id, CancellationToken stop)
    {
        var user = new UserId(id);
        await store.Persons.SealHistoryAsync(stop);
        var account = await store.Directory.FindUserAsync(user, stop);
        var persons = new HashSet<SubjectId>();
        foreach (var name in (account?.LoginNames.AsEnumerable() ?? []).Prepend(id))
        {
            if (await store.Persons.Keys.FindAsync(name, stop) is { } subject)
            {
                persons.Add(subject.Id);
            }
        }

        if (account is null && persons.Count == 0)
        {
            throw new CommandException(ExitCode.NoSuchThing, $"nothing is known of {id}");
        }

        var events = new JsonArray();
        var keys = new HashSet<uint>();
        await foreach (var stored in store.Persons.ReadOfAsync(persons, stop))
        {
            events.Add(PersonJson.Of(stored));
            if (stored.Envelope.Payload is UserStorageItemSaved saved && saved.User == user)
            {
                keys.Add(saved.Key);
            }
        }

        var values = await store.UserStorage.LoadAsync(user, keys.Order().ToItems(), stop);
        var privacy = await store.Privacy.LoadAsync(user, stop);
        var groups = (await store.Directory.ListGroupsAsync(stop)).Where(group => group.Members.Contains(user)).Select(group => group.Id);
        await store.Events.AppendAsync(
            EventStreamName.Audit, ExpectedVersion.Any, [new NewEvent(new PersonalDataExported(Environment.UserName, user, events.Count), TimeProvider.System.GetUtcNow())], stop);
        return new JsonObject
        {
            ["user"] = id,
            ["account"] = account is null ? null : PersonJson.Of(account),
            ["groups"] = new JsonArray([.. groups.Select(group => JsonValue.Create(group))]),
            ["storedValues"] = new JsonArray([.. values.Where(item => item.Value.Length > 0).Select(PersonJson.Of)]),
            ["privacyList"] = privacy is null ? null : PersonJson.Of(privacy),
            ["events"] = events,
        };
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
