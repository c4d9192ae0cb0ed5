/* The reduced model as a plain loop over the days, with the complete event log.
 *
 * Compiled by loop.py with cc -O3 -march=native. Days count from the first counted day, work is in minutes.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DUE_RULES = 4, TEAM = 4, EXTRA_RULE = 5, EXTRA_OCCASION = 100 };
enum { BY_REFERRAL, BY_BIRTHDAY, BY_MAJORITY };
enum { WORKED = 1, MONTH_BEGINS = 2 };

typedef struct {
    int32_t first_day, last_day, calendar_days;
    int32_t coordinators, ceiling, notice_days, horizon_days, daily;
    int32_t intake, invitation, appointment, preparation, write_up;
    int32_t extra_preparation, extra_write_up, handover_half, professional, history_days, end_months;
    int32_t anchor[DUE_RULES], earliest[DUE_RULES], target[DUE_RULES], latest[DUE_RULES];
    double inflow_per_day, share_at_15, latest_entry_age, leave_before_18_per_day, support_at_18;
    double leave_after_18_per_day, extra_per_day, resign_per_day;
    double vacancy_least, vacancy_likely, vacancy_most; /* days */
    double no_show_alpha, no_show_beta;
} Numbers;

typedef enum {
    REFERRED, ASSIGNED, LOST, LEFT, OPENED, DUE, BOOKED, HELD, NO_SHOW, CANCELLED, DROPPED, LATE_DAYS,
    WORK, NOTICE, RESIGNED, HIRED, HOURS, BACKLOG, ATTENDED
} Activity;
typedef enum { NONE, NEW, STOCK, FIRST, HANDOVER, LEFT_BEFORE_18, NO_SUPPORT, LEFT_AFTER_18, REACHED_END } Why;
typedef enum { W_WAITING = 20, W_VACANCY, W_QUEUE, W_NO_SLOT, W_NO_SHOW } Wait;
typedef enum { INVITATION = 40, PREPARATION, WRITE_UP, INTAKE, HANDOVER_OUT, HANDOVER_IN } Kind;

typedef struct { /* 32 bytes */
    int32_t day;
    uint8_t phase, activity, cause, rule;
    int16_t post, holder;
    int32_t youth, occasion, minutes, days, spare;
} Row;
_Static_assert(sizeof(Row) == 32, "a row of the log is 32 bytes");

typedef struct {
    int32_t referral, leaves, coordinator, place, lost_on, handover_left, meetings, tasks;
    uint8_t why, had, waits, present;
    double no_show;
} Youth;

typedef struct {
    int32_t youth, occasion, earliest, latest, since, booked, next, next_that_day, preparation;
    uint8_t rule, waits_for, over;
} Meeting;

typedef struct {
    int32_t youth, left, deadline, created, meeting, next;
    uint8_t kind, over;
} Task;

typedef struct { uint64_t key; int32_t task; } Item;

typedef struct {
    Item *heap;
    int32_t items, room, *cases, count, cases_room, balance, available, holder, next_day;
    int16_t *diary;
    uint8_t employed, leaving, state;
} Coordinator;

typedef struct { int32_t day, youth, occasion, earliest, latest; uint8_t kind, rule; } Happening;
typedef struct { int32_t *youth; int32_t head, tail, room; } Queue;

typedef struct {
    const Numbers *n;
    const uint8_t *calendar;
    uint64_t s[4];
    Youth *youths; int32_t youth_count, youth_room;
    Meeting *meetings; int32_t meeting_count, meeting_room;
    Task *tasks; int32_t task_count, task_room;
    Happening *happenings; int32_t happening_count, happening_room;
    Row *rows; int64_t row_count, row_room;
    Coordinator *coordinators;
    Queue lost, fresh;
    int32_t *agenda, *today; int32_t today_room;
} Town;

#define GROW(array, count, room)                                         \
    if ((count) == (room)) {                                             \
        (room) = (room) ? 2 * (room) : 1024;                             \
        (array) = realloc((array), (size_t)(room) * sizeof *(array));    \
    }

/* --- chance: xoshiro256** seeded by splitmix64 */

static uint64_t splitmix(uint64_t *x) {
    uint64_t z = (*x += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline double uniform(Town *t) {
    uint64_t *s = t->s, result = rotl(s[1] * 5, 7) * 9, carry = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= carry; s[3] = rotl(s[3], 45);
    return (double)(result >> 11) * 0x1.0p-53;
}

static inline double exponential(Town *t, double rate) { return -log1p(-uniform(t)) / rate; }

static double normal(Town *t) {
    double u = 1.0 - uniform(t), v = uniform(t);
    return sqrt(-2.0 * log(u)) * cos(6.283185307179586 * v);
}

static double gamma_draw(Town *t, double shape) { /* Marsaglia and Tsang; shape >= 1 */
    double boost = 1.0;
    if (shape < 1.0) {
        boost = pow(1.0 - uniform(t), 1.0 / shape);
        shape += 1.0;
    }
    double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double x = normal(t), v = 1.0 + c * x;
        if (v <= 0.0) continue;
        v = v * v * v;
        if (log(1.0 - uniform(t)) < 0.5 * x * x + d - d * v + d * log(v)) return boost * d * v;
    }
}

static double triangular(Town *t, double low, double likely, double high) {
    double u = uniform(t), width = high - low;
    if (width == 0.0) return low;
    if (u * width < likely - low) return low + sqrt(u * width * (likely - low));
    return high - sqrt((1.0 - u) * width * (high - likely));
}

/* --- the log */

static inline void write_row(Town *t, int32_t day, int phase, int32_t youth, int activity, int32_t post,
                             int32_t minutes, int cause, int rule, int32_t occasion, int32_t days) {
    GROW(t->rows, t->row_count, t->row_room)
    int32_t holder = post >= 0 ? t->coordinators[post].holder : 0;
    t->rows[t->row_count++] = (Row){
        .day = day, .phase = (uint8_t)phase, .activity = (uint8_t)activity, .cause = (uint8_t)cause,
        .rule = (uint8_t)rule, .post = (int16_t)(post + 1), .holder = (int16_t)holder, .youth = youth + 1,
        .occasion = occasion, .minutes = minutes, .days = days};
}

/* --- tasks and lists */

static void push(Coordinator *c, Item item) {
    GROW(c->heap, c->items, c->room)
    int32_t at = c->items++;
    while (at > 0) {
        int32_t parent = (at - 1) / 2;
        if (c->heap[parent].key <= item.key) break;
        c->heap[at] = c->heap[parent];
        at = parent;
    }
    c->heap[at] = item;
}

static void pop(Coordinator *c) {
    Item last = c->heap[--c->items];
    int32_t at = 0;
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= c->items) break;
        if (child + 1 < c->items && c->heap[child + 1].key < c->heap[child].key) child++;
        if (c->heap[child].key >= last.key) break;
        c->heap[at] = c->heap[child];
        at = child;
    }
    if (c->items) c->heap[at] = last;
}

static void enlist(Town *t, int32_t task) { /* due first, then oldest, then as it came */
    Task *k = &t->tasks[task];
    int32_t first = t->n->first_day - 32;
    uint64_t key = (uint64_t)(k->deadline - first) << 48 | (uint64_t)(k->created - first) << 32 | (uint32_t)task;
    push(&t->coordinators[t->youths[k->youth].coordinator], (Item){key, task});
}

static int32_t add_task(Town *t, int32_t day, int32_t youth, int kind, int32_t minutes, int32_t deadline,
                        int32_t meeting) {
    GROW(t->tasks, t->task_count, t->task_room)
    int32_t task = t->task_count++;
    t->tasks[task] = (Task){.youth = youth, .left = minutes, .deadline = deadline, .created = day,
                            .meeting = meeting, .next = t->youths[youth].tasks, .kind = (uint8_t)kind};
    t->youths[youth].tasks = task;
    enlist(t, task);
    return task;
}

static int32_t open_task(Town *t, int32_t *link) { /* unlink what is over; -1 at the end */
    while (*link >= 0 && t->tasks[*link].over) *link = t->tasks[*link].next;
    return *link;
}

static int32_t open_meeting(Town *t, int32_t *link) {
    while (*link >= 0 && t->meetings[*link].over) *link = t->meetings[*link].next;
    return *link;
}

#define FOR_OPEN_TASKS(t, y, k) \
    for (int32_t *l_ = &(y)->tasks, k; (k = open_task(t, l_)) >= 0; l_ = &(t)->tasks[k].next)
#define FOR_OPEN_MEETINGS(t, y, m) \
    for (int32_t *l_ = &(y)->meetings, m; (m = open_meeting(t, l_)) >= 0; l_ = &(t)->meetings[m].next)

/* --- meetings */

static void late_days(Town *t, int32_t day, int phase, const Meeting *m) {
    if (m->latest == INT32_MAX) return;
    int32_t from = m->since > m->latest ? m->since : m->latest;
    if (day > from)
        write_row(t, day, phase, m->youth, LATE_DAYS, -1, 0, m->waits_for, m->rule, m->occasion, day - from);
}

static void wait_for(Town *t, int32_t day, int phase, Meeting *m, int cause) {
    late_days(t, day, phase, m);
    m->waits_for = (uint8_t)cause;
    m->since = day;
}

static void invite(Town *t, int32_t day, int32_t meeting) {
    Meeting *m = &t->meetings[meeting];
    if (m->waits_for != W_NO_SHOW) wait_for(t, day, 2, m, W_QUEUE);
    add_task(t, day, m->youth, INVITATION, t->n->invitation, day + 7, meeting);
}

static void open_one(Town *t, int32_t day, const Happening *h) {
    GROW(t->meetings, t->meeting_count, t->meeting_room)
    Youth *y = &t->youths[h->youth];
    int32_t meeting = t->meeting_count++;
    t->meetings[meeting] = (Meeting){
        .youth = h->youth, .occasion = h->occasion, .earliest = h->earliest, .latest = h->latest, .since = day,
        .booked = INT32_MIN, .next = y->meetings, .preparation = -1, .rule = h->rule, .waits_for = W_WAITING};
    y->meetings = meeting;
    write_row(t, day, 0, h->youth, OPENED, -1, 0, NONE, h->rule, h->occasion, 0);
    if (y->coordinator >= 0) invite(t, day, meeting);
    else if (y->had) t->meetings[meeting].waits_for = W_VACANCY;
}

static void book(Town *t, int32_t day, int32_t meeting, int32_t post) {
    const Numbers *n = t->n;
    Meeting *m = &t->meetings[meeting];
    int16_t *diary = t->coordinators[post].diary;
    int32_t found = m->earliest > day + 1 ? m->earliest : day + 1;
    if (m->waits_for != W_NO_SHOW) wait_for(t, day, 2, m, W_NO_SLOT);
    for (;; found++) {
        int32_t at = found - n->first_day;
        if (at >= n->calendar_days) return;
        if ((t->calendar[at] & WORKED) && (diary[at] == 0 || diary[at] + n->appointment <= n->daily)) break;
    }
    int32_t at = found - n->first_day, fixed = m->latest != INT32_MAX;
    m->booked = found;
    diary[at] = (int16_t)(diary[at] + n->appointment);
    m->next_that_day = t->agenda[at];
    t->agenda[at] = meeting;
    m->preparation = add_task(t, day, m->youth, PREPARATION, fixed ? n->preparation : n->extra_preparation,
                              found - 1, meeting);
    write_row(t, day, 2, m->youth, BOOKED, post, 0, NONE, m->rule, m->occasion, found - day);
}

static void worked(Town *t, int32_t day, int32_t post, const Task *k, int32_t minutes) {
    int rule = 0, occasion = 0;
    if (k->meeting >= 0) {
        rule = t->meetings[k->meeting].rule;
        occasion = t->meetings[k->meeting].occasion;
    }
    write_row(t, day, 2, k->youth, WORK, post, minutes, k->kind, rule, occasion, 0);
}

static void hold(Town *t, int32_t day, int32_t meeting) {
    const Numbers *n = t->n;
    Meeting *m = &t->meetings[meeting];
    Youth *y = &t->youths[m->youth];
    Task *preparation = &t->tasks[m->preparation];
    m->booked = INT32_MIN;
    if (y->coordinator < 0) {
        preparation->over = 1;
        wait_for(t, day, 2, m, W_VACANCY);
        write_row(t, day, 2, m->youth, CANCELLED, -1, 0, W_VACANCY, m->rule, m->occasion, 0);
        return;
    }
    Coordinator *c = &t->coordinators[y->coordinator];
    if (!preparation->over) { /* in haste, at the cost of the next days */
        preparation->over = 1;
        c->balance -= preparation->left;
        worked(t, day, y->coordinator, preparation, preparation->left);
    }
    c->balance -= n->appointment;
    int comes = uniform(t) >= y->no_show;
    write_row(t, day, 2, m->youth, comes ? HELD : NO_SHOW, y->coordinator, n->appointment, NONE, m->rule,
              m->occasion, 0);
    for (int role = 1; role <= TEAM && n->professional > 0; role++)
        write_row(t, day, 2, m->youth, ATTENDED, -1, n->professional, role, m->rule, m->occasion, 0);
    if (comes) {
        late_days(t, day, 2, m);
        m->over = 1;
        int32_t minutes = m->latest != INT32_MAX ? n->write_up : n->extra_write_up;
        add_task(t, day, m->youth, WRITE_UP, minutes, day + 5, meeting);
    } else {
        wait_for(t, day, 2, m, W_NO_SHOW);
        invite(t, day, meeting);
    }
}

static void hold_meetings(Town *t, int32_t day) {
    int32_t count = 0;
    for (int32_t m = t->agenda[day - t->n->first_day]; m >= 0; m = t->meetings[m].next_that_day) {
        if (t->meetings[m].over || t->meetings[m].booked != day) continue;
        GROW(t->today, count, t->today_room)
        int32_t at = count++;
        for (; at > 0; at--) {
            const Meeting *a = &t->meetings[t->today[at - 1]], *b = &t->meetings[m];
            if (a->youth < b->youth || (a->youth == b->youth && a->occasion < b->occasion)) break;
            t->today[at] = t->today[at - 1];
        }
        t->today[at] = m;
    }
    for (int32_t i = 0; i < count; i++) hold(t, day, t->today[i]);
}

/* --- youths and coordinators */

static void enqueue(Queue *q, int32_t youth) {
    GROW(q->youth, q->tail, q->room)
    q->youth[q->tail++] = youth;
}

static void drop_case(Town *t, Youth *y) {
    Coordinator *c = &t->coordinators[y->coordinator];
    int32_t last = c->cases[--c->count];
    c->cases[y->place] = last;
    t->youths[last].place = y->place;
}

static void leave(Town *t, int32_t day, int32_t youth) {
    Youth *y = &t->youths[youth];
    y->present = y->waits = 0;
    FOR_OPEN_MEETINGS(t, y, i) {
        Meeting *m = &t->meetings[i];
        if (m->booked != INT32_MIN && y->coordinator >= 0) {
            int16_t *minutes = &t->coordinators[y->coordinator].diary[m->booked - t->n->first_day];
            *minutes = (int16_t)(*minutes - t->n->appointment);
        }
        late_days(t, day, 0, m);
        write_row(t, day, 0, youth, DROPPED, -1, 0, NONE, m->rule, m->occasion, 0);
        m->over = 1;
    }
    FOR_OPEN_TASKS(t, y, k) t->tasks[k].over = 1;
    if (y->coordinator >= 0) drop_case(t, y);
    y->coordinator = -1;
    write_row(t, day, 0, youth, LEFT, -1, 0, y->why, 0, 0, 0);
}

static void assign(Town *t, int32_t day, int32_t youth, int32_t post) {
    const Numbers *n = t->n;
    Youth *y = &t->youths[youth];
    Coordinator *c = &t->coordinators[post];
    int again = y->had;
    y->coordinator = post;
    y->had = 1;
    y->waits = 0;
    GROW(c->cases, c->count, c->cases_room)
    y->place = c->count;
    c->cases[c->count++] = youth;
    write_row(t, day, 2, youth, ASSIGNED, post, 0, again ? HANDOVER : FIRST, 0, 0,
              day - (again ? y->lost_on : y->referral));
    FOR_OPEN_TASKS(t, y, k) enlist(t, k);
    if (again) {
        add_task(t, day, youth, HANDOVER_IN, n->handover_half + y->handover_left, day + 14, -1);
        y->handover_left = 0;
    } else if (y->referral >= n->first_day) {
        add_task(t, day, youth, INTAKE, n->intake, day + 14, -1);
    }
    FOR_OPEN_MEETINGS(t, y, i) {
        Meeting *m = &t->meetings[i];
        if (m->booked == INT32_MIN) {
            invite(t, day, i);
        } else {
            int16_t *minutes = &c->diary[m->booked - n->first_day];
            *minutes = (int16_t)(*minutes + n->appointment);
        }
    }
}

static int32_t with_room(Town *t) {
    int32_t best = -1;
    for (int32_t i = 0; i < t->n->coordinators; i++) {
        Coordinator *c = &t->coordinators[i];
        if (!c->employed || c->leaving || c->count >= t->n->ceiling) continue;
        if (best < 0 || c->count < t->coordinators[best].count) best = i;
    }
    return best;
}

static void allocate(Town *t, int32_t day) {
    Queue *queues[2] = {&t->lost, &t->fresh};
    for (int i = 0; i < 2; i++) {
        Queue *q = queues[i];
        while (q->head < q->tail) {
            int32_t youth = q->youth[q->head];
            if (t->youths[youth].waits) {
                int32_t post = with_room(t);
                if (post < 0) return;
                assign(t, day, youth, post);
            }
            q->head++;
        }
    }
}

static int by_number(const void *a, const void *b) {
    return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b);
}

static void sort_cases(Town *t, Coordinator *c) {
    qsort(c->cases, (size_t)c->count, sizeof *c->cases, by_number);
    for (int32_t i = 0; i < c->count; i++) t->youths[c->cases[i]].place = i;
}

static void lose(Town *t, int32_t day, int32_t youth, int32_t post) {
    Youth *y = &t->youths[youth];
    y->coordinator = -1;
    y->lost_on = day;
    y->handover_left = 0;
    y->waits = 1;
    enqueue(&t->lost, youth);
    write_row(t, day, 1, youth, LOST, post, 0, NONE, 0, 0, 0);
    FOR_OPEN_TASKS(t, y, i) {
        Task *k = &t->tasks[i];
        if (k->kind == HANDOVER_OUT) y->handover_left = k->left;
        if (k->kind == HANDOVER_OUT || k->kind == INVITATION) k->over = 1;
    }
    FOR_OPEN_MEETINGS(t, y, i) {
        Meeting *m = &t->meetings[i];
        if (m->booked == INT32_MIN && m->waits_for != W_NO_SHOW) wait_for(t, day, 1, m, W_VACANCY);
    }
}

static void turn_post(Town *t, int32_t day, int32_t post) {
    const Numbers *n = t->n;
    Coordinator *c = &t->coordinators[post];
    if (c->state == 0) {
        c->leaving = 1;
        write_row(t, day, 1, -1, NOTICE, post, 0, NONE, 0, 0, 0);
        sort_cases(t, c);
        for (int32_t i = 0; i < c->count; i++)
            add_task(t, day, c->cases[i], HANDOVER_OUT, n->handover_half, day + n->notice_days, -1);
        c->next_day = day + n->notice_days;
        c->state = 1;
    } else if (c->state == 1) {
        write_row(t, day, 1, -1, RESIGNED, post, 0, NONE, 0, 0, 0);
        sort_cases(t, c);
        for (int32_t i = 0; i < c->count; i++) lose(t, day, c->cases[i], post);
        c->count = c->items = c->balance = 0;
        memset(c->diary, 0, (size_t)n->calendar_days * sizeof *c->diary);
        c->employed = 0;
        c->next_day = day + (int32_t)ceil(triangular(t, n->vacancy_least, n->vacancy_likely, n->vacancy_most));
        c->state = 2;
    } else {
        c->holder++;
        c->employed = 1;
        c->leaving = 0;
        write_row(t, day, 1, -1, HIRED, post, 0, NONE, 0, 0, 0);
        c->next_day = day + (int32_t)ceil(exponential(t, n->resign_per_day));
        c->state = 0;
    }
}

static void write_hours(Town *t, int32_t day) {
    for (int32_t i = 0; i < t->n->coordinators; i++) {
        Coordinator *c = &t->coordinators[i];
        int32_t backlog = 0;
        for (int32_t j = 0; j < c->items; j++) {
            const Task *k = &t->tasks[c->heap[j].task];
            if (!k->over) backlog += k->left;
        }
        write_row(t, day, 2, -1, HOURS, i, c->available, NONE, 0, 0, 0);
        write_row(t, day, 2, -1, BACKLOG, i, backlog, NONE, 0, 0, 0);
        c->available = 0;
    }
}

static void do_work(Town *t, int32_t day, int32_t post) {
    Coordinator *c = &t->coordinators[post];
    while (c->balance > 0 && c->items > 0) {
        int32_t task = c->heap[0].task;
        Task *k = &t->tasks[task];
        if (k->over) {
            pop(c);
            continue;
        }
        int32_t minutes = c->balance < k->left ? c->balance : k->left;
        c->balance -= minutes;
        k->left -= minutes;
        worked(t, day, post, k, minutes);
        if (k->left == 0) {
            int32_t meeting = k->meeting, kind = k->kind;
            k->over = 1;
            pop(c);
            if (kind == INVITATION) book(t, day, meeting, post); /* may move the tasks */
        }
    }
    if (c->balance > 0) c->balance = 0;
}

/* --- the cohort */

static void happen(Town *t, Happening h) {
    if (h.day >= t->n->last_day) return;
    if (h.day < t->n->first_day) h.day = t->n->first_day;
    GROW(t->happenings, t->happening_count, t->happening_room)
    t->happenings[t->happening_count++] = h;
}

enum { H_REFER, H_EXTRA, H_OPEN, H_DUE, H_LEAVE };

static void draw_youth(Town *t, int32_t referral) {
    const Numbers *n = t->n;
    const double year = 365.25, month = year / 12;
    double birthday = referral; /* the 15th */
    if (uniform(t) >= n->share_at_15) birthday -= floor(uniform(t) * (n->latest_entry_age - 15) * year);
    double majority = floor(birthday + 36 * month + 0.5);
    double end = floor(birthday + (n->end_months - 180) * month + 0.5);
    double leaves = referral + exponential(t, n->leave_before_18_per_day);
    int why = LEFT_BEFORE_18;
    if (leaves >= majority) {
        int granted = uniform(t) < n->support_at_18;
        leaves = granted ? majority + exponential(t, n->leave_after_18_per_day) : majority;
        why = granted ? LEFT_AFTER_18 : NO_SUPPORT;
    }
    if (leaves >= end) {
        leaves = end;
        why = REACHED_END;
    }
    int32_t until = (int32_t)floor(leaves);
    if (until < referral + 1) until = referral + 1;
    double a = gamma_draw(t, n->no_show_alpha), b = gamma_draw(t, n->no_show_beta);
    if (until <= n->first_day) return;

    GROW(t->youths, t->youth_count, t->youth_room)
    int32_t youth = t->youth_count++;
    t->youths[youth] = (Youth){.referral = referral, .leaves = until, .coordinator = -1, .meetings = -1,
                               .tasks = -1, .why = (uint8_t)why, .no_show = a / (a + b)};
    int32_t begins = referral > n->first_day ? referral : n->first_day;
    happen(t, (Happening){.day = referral, .youth = youth, .kind = H_REFER});
    int32_t occasion = EXTRA_OCCASION;
    double day = begins;
    while ((day += exponential(t, n->extra_per_day)) < until) {
        int32_t that_day = (int32_t)floor(day);
        occasion++;
        happen(t, (Happening){.day = that_day, .youth = youth, .occasion = occasion, .earliest = that_day,
                              .latest = INT32_MAX, .kind = H_EXTRA, .rule = EXTRA_RULE});
    }
    for (int rule = 0; rule < DUE_RULES; rule++) {
        double anchor = n->anchor[rule] == BY_REFERRAL   ? referral
                        : n->anchor[rule] == BY_BIRTHDAY ? birthday - 180 * month
                                                         : birthday + 36 * month;
        int32_t latest = (int32_t)floor(anchor + n->latest[rule] * month + 0.5);
        int32_t target = (int32_t)floor(anchor + n->target[rule] * month + 0.5);
        int32_t earliest = (int32_t)floor(anchor + n->earliest[rule] * month + 0.5);
        if (target < begins || target >= until || target - n->horizon_days >= n->last_day) continue;
        while (latest > n->first_day && !(t->calendar[latest - n->first_day] & WORKED)) latest--;
        if (earliest > latest) earliest = latest;
        int32_t opens = target - n->horizon_days > begins ? target - n->horizon_days : begins;
        Happening h = {.youth = youth, .occasion = rule + 1, .earliest = earliest, .latest = latest,
                       .rule = (uint8_t)(rule + 1), .day = opens, .kind = H_OPEN};
        happen(t, h);
        h.day = latest;
        h.kind = H_DUE;
        if (latest < until) happen(t, h);
    }
    happen(t, (Happening){.day = until, .youth = youth, .kind = H_LEAVE});
}

/* Return the happenings by day; within a day they keep the order in which they were drawn, youth by youth. */
static Happening *sort_happenings(Town *t, int32_t *begins, int32_t length) {
    Happening *sorted = malloc((size_t)t->happening_count * sizeof *sorted + 1);
    memset(begins, 0, (size_t)(length + 2) * sizeof *begins);
    for (int32_t i = 0; i < t->happening_count; i++) begins[t->happenings[i].day - t->n->first_day + 2]++;
    for (int32_t d = 2; d < length + 2; d++) begins[d] += begins[d - 1];
    for (int32_t i = 0; i < t->happening_count; i++)
        sorted[begins[t->happenings[i].day - t->n->first_day + 1]++] = t->happenings[i];
    return sorted;
}

static void live(Town *t, int32_t day, const Happening *h) {
    Youth *y = &t->youths[h->youth];
    switch (h->kind) {
    case H_REFER:
        y->present = y->waits = 1;
        enqueue(&t->fresh, h->youth);
        write_row(t, y->referral, 0, h->youth, REFERRED, -1, 0, y->referral < t->n->first_day ? STOCK : NEW, 0, 0, 0);
        break;
    case H_EXTRA:
    case H_OPEN:
        open_one(t, day, h);
        break;
    case H_DUE:
        write_row(t, day, 0, h->youth, DUE, -1, 0, NONE, h->rule, h->occasion, 0);
        break;
    default:
        leave(t, day, h->youth);
    }
}

/* Run one replication and return its event log, which stands until the next call: the large arrays are kept
 * from one replication to the next, so that their memory is asked for once. */
const Row *run(const Numbers *n, const uint8_t *calendar, uint64_t seed, uint64_t replication, int64_t *count) {
    static Town town;
    Town *t = &town;
    t->n = n;
    t->calendar = calendar;
    t->youth_count = t->meeting_count = t->task_count = t->happening_count = 0;
    t->row_count = t->lost.head = t->lost.tail = t->fresh.head = t->fresh.tail = 0;
    uint64_t name = seed * 0x2545f4914f6cdd1du + replication;
    for (int i = 0; i < 4; i++) t->s[i] = splitmix(&name);
    int32_t length = n->last_day - n->first_day;
    size_t calendar_days = (size_t)n->calendar_days;

    double day = n->first_day - n->history_days;
    while ((day += exponential(t, n->inflow_per_day)) < n->last_day) draw_youth(t, (int32_t)floor(day));
    int32_t *begins = malloc((size_t)(length + 2) * sizeof *begins);
    Happening *happenings = sort_happenings(t, begins, length), *next = happenings;

    t->coordinators = calloc((size_t)n->coordinators, sizeof *t->coordinators);
    for (int32_t i = 0; i < n->coordinators; i++) {
        Coordinator *c = &t->coordinators[i];
        c->diary = calloc(calendar_days, sizeof *c->diary);
        c->holder = c->employed = 1;
        c->next_day = n->first_day + (int32_t)ceil(exponential(t, n->resign_per_day));
    }
    t->agenda = malloc(calendar_days * sizeof *t->agenda);
    memset(t->agenda, 0xff, calendar_days * sizeof *t->agenda);

    int new_month = 0;
    for (int32_t d = n->first_day; d < n->last_day; d++) {
        while (next < happenings + t->happening_count && next->day == d) live(t, d, next++);
        for (int32_t i = 0; i < n->coordinators; i++)
            while (t->coordinators[i].next_day == d) turn_post(t, d, i);
        new_month |= calendar[d - n->first_day] & MONTH_BEGINS;
        if (!(calendar[d - n->first_day] & WORKED)) continue;
        if (new_month) write_hours(t, d);
        new_month = 0;
        allocate(t, d);
        for (int32_t i = 0; i < n->coordinators; i++) {
            Coordinator *c = &t->coordinators[i];
            if (!c->employed) continue;
            c->balance += n->daily;
            c->available += n->daily;
        }
        hold_meetings(t, d);
        for (int32_t i = 0; i < n->coordinators; i++)
            if (t->coordinators[i].employed) do_work(t, d, i);
    }
    write_hours(t, n->last_day);
    for (int32_t i = 0; i < t->youth_count; i++) {
        Youth *y = &t->youths[i];
        if (!y->present) continue;
        FOR_OPEN_MEETINGS(t, y, m) late_days(t, n->last_day, 2, &t->meetings[m]);
    }

    for (int32_t i = 0; i < n->coordinators; i++) {
        free(t->coordinators[i].heap);
        free(t->coordinators[i].cases);
        free(t->coordinators[i].diary);
    }
    free(t->coordinators);
    free(happenings);
    free(begins);
    free(t->agenda);
    *count = t->row_count;
    return t->rows;
}
